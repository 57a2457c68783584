#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::relay {

/// Queues whose subscription at the broker ends, where the broker does not take back by itself what was not
/// settled: what it gave until it had the UNSUBSCRIBE has to be given back then. Shard-local.
class LeavingQueues {
public:
    static constexpr std::size_t max_queues = 10'000;
    static constexpr std::size_t max_acks = 100'000;

    void start(std::uint64_t number, const std::string& destination, std::vector<std::string> acks);
    /// A message that was on its way; false: that subscription is none of these.
    bool add(std::uint64_t number, std::string_view ack);
    /// Who comes to it again has to wait, or would get later messages before those that go back.
    [[nodiscard]] bool has(const std::string& destination) const {
        return destinations_.contains(destination);
    }

    /// More than any broker's: it does not answer, or gives without end.
    [[nodiscard]] bool is_full() const { return leaving_.size() > max_queues || acks_ > max_acks; }

    struct Left {
        std::string destination;
        std::vector<std::string> acks;  ///< in the order in which they were given
        bool has_ended = false;
    };
    [[nodiscard]] bool has(std::uint64_t number) const { return leaving_.contains(number); }
    /// The broker has ended that subscription; what it had given before may still come. True the first time.
    [[nodiscard]] bool end(std::uint64_t number);
    /// And now nothing comes any more.
    [[nodiscard]] std::optional<Left> finish(std::uint64_t number);
    void clear();

private:
    std::map<std::uint64_t, Left> leaving_;  ///< by the subscription's number
    std::set<std::string> destinations_;
    std::size_t acks_ = 0;  ///< of all
};

}  // namespace stentor::relay
