#pragma once

#include "crowd.hpp"
#include "report.hpp"
#include "stopwatch.hpp"

namespace stentor::bench {

/// The workload `memory`: many idle sessions, what each takes of the server's memory and what all take of its
/// CPU. Shard-local.
class Remembering final : public Crowd {
public:
    Remembering(Loop& loop, const Options& options, const Target& target);

    /// Opens the sessions, leaves them idle, closes them, and adds a value to each figure.
    void round(Result& result);

    void on_message(Client&, std::string_view) override {}
    void on_read(Client&) override {}

private:
    void wait(double seconds);

    Stopwatch stopwatch_;
};

}  // namespace stentor::bench
