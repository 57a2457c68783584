#pragma once

#include "target.hpp"

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stentor::bench {

enum class Workload { ws_echo, fan_out, pairs, app, connect, memory };

/// As given, with the defaults of the workload where nothing was.
struct Options {
    Workload workload = Workload::fan_out;
    std::vector<Target> targets = {};
    std::size_t connections = 0;
    std::size_t subscribers = 1'000;
    std::size_t pairs = 500;
    std::size_t body = 128;     ///< bytes
    std::size_t in_flight = 1;  ///< messages of one publisher, or connections being made
    std::string destination = "/topic/bench";
    std::string app_destination = "/app/hello";
    std::string app_reply = "/topic/greeting";
    std::string app_body = R"({"name":"World"})";
    std::size_t heart_beat = 0;                 ///< ms; 0: none
    std::optional<double> rate = std::nullopt;  ///< messages a second in all
    double seconds = 10;
    std::size_t messages = 0;  ///< of one round, in all
    std::size_t rounds = 5;
    std::size_t warm_up = 0;  ///< messages before each round
    std::string login = {};
    std::string passcode = {};
    std::string vhost = {};
    bool deflate = false;
    bool unchecked = false;
    double timeout = 10;  ///< seconds without progress
    std::uint32_t seed = 0;
    std::string json = {};  ///< a file, or '-'

    /// Connections to one target at the same time.
    [[nodiscard]] std::size_t sessions() const;
};

const char* name_of(Workload workload);

/// `stentor bench` on a command line. The command line must not move while it is used.
class CommandLine {
public:
    explicit CommandLine(CLI::App& program);
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    [[nodiscard]] bool chosen() const { return bench_->parsed(); }

    /// After parsing. Throws WrongUse with what is wrong.
    [[nodiscard]] Options options() const;

private:
    CLI::App& workload(Workload which, const char* help);
    void add_common(CLI::App& command);
    void add_login(CLI::App& command);
    void add_messages(CLI::App& command);
    void set_defaults(Options& options) const;

    CLI::App* bench_;
    std::vector<std::pair<Workload, CLI::App*>> workloads_;
    Options given_;
    std::vector<std::string> targets_;
    std::optional<std::size_t> connections_;
    std::optional<std::size_t> body_;
    std::optional<std::size_t> in_flight_;
    std::optional<std::size_t> messages_;
    std::optional<std::size_t> rounds_;
    std::optional<std::size_t> warm_up_;
    std::optional<double> seconds_;
    std::optional<std::uint32_t> seed_;
};

}  // namespace stentor::bench
