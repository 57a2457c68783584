#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::log {

/// How many lines of each event are written in a second; those beyond are counted, to be told once it is
/// over. Events are the code's own words, and so few. One thread at a time.
class LogLimit {
public:
    using Time = std::chrono::system_clock::time_point;  ///< the lines' own; it may jump

    explicit LogLimit(std::size_t per_second) : per_second_(per_second) {}

    /// Whether this line is written.
    bool take(std::string_view event, Time now);
    /// Events of which lines were left out in a second that is over, each told once, and how many.
    std::vector<std::pair<std::string, std::uint64_t>> left_out(Time now);

private:
    struct Second {
        Time since;
        std::size_t written = 0;
        std::uint64_t left_out = 0;
    };
    static bool is_over(const Second& second, Time now);

    std::size_t per_second_;
    std::map<std::string, Second, std::less<>> seconds_;
    std::size_t limited_ = 0;  ///< events of which lines were left out and not told yet
};

/// The log as a new process has it, its level and its limit too: tests that share a process call it. Any
/// thread.
void start_afresh();

}  // namespace stentor::log
