// The stentor program: reads a configuration, builds an App, runs it.
#include "bench/bench.hpp"
#include "passwd/passwd.hpp"

#include <stentor/stentor.hpp>

#include <CLI/CLI.hpp>

#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int wrong_configuration = 2;

/// The command line as given. The values are checked where those of files and variables are.
struct CommandLine {
    struct Flag {
        std::string name;
        std::string setting;
        std::string help;
        std::optional<std::string> value = std::nullopt;
    };
    std::optional<std::string> config;
    std::vector<Flag> flags = {
        {"--address", "address", "The address to listen on"},
        {"--port", "port", "The port for HTTP and WebSocket; 0 lets the system choose"},
        {"--stomp-port", "stomp_port", "The port for STOMP over TCP"},
        {"--shards", "shards", "How many event loops; 0 for one a core"},
    };

    /// Later ones win: what was typed now goes before what the environment says.
    [[nodiscard]] std::vector<stentor::ConfigOverride> overrides() const {
        auto all = stentor::overrides_from_environment(environ);
        for (const Flag& flag : flags)
            if (flag.value) all.push_back({flag.name, flag.setting, *flag.value});
        return all;
    }
};

/// "Settings, their environment variables and defaults:" with a line for each.
std::string settings_help() {
    std::string text = "Settings of the configuration file, their environment variables and defaults:\n";
    for (const stentor::KnownSetting& setting : stentor::known_settings()) {
        text += "  " + setting.name;
        if (!setting.variable.empty()) text += "  " + setting.variable;
        if (!setting.default_value.empty()) text += "  " + setting.default_value;
        text += '\n';
    }
    return text;
}

/// As a part of a URL.
std::string host(const std::string& address) {
    return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

void say(const stentor::Listening& listening) {
    const std::string at = host(listening.address);
    std::printf("listening on http://%s:%u\n", at.c_str(), unsigned{listening.port});
    if (listening.stomp_port) std::printf("stomp on %s:%u\n", at.c_str(), unsigned{*listening.stomp_port});
    std::fflush(stdout);
}

/// SIGHUP: rules of access. Where the file is wrong, those that are stay in force.
void reload(stentor::App& app, const CommandLine& line) {
    try {
        app.set_access(stentor::access_of(stentor::load_config(line.config, line.overrides())));
    } catch (const stentor::ConfigError& e) { std::fprintf(stderr, "stentor: not reloaded: %s\n", e.what()); }
}

int serve(const CommandLine& line) {
    const stentor::ServerConfig config = stentor::load_config(line.config, line.overrides());
    stentor::App app;
    stentor::configure(app, config);
    app.on_listening(say);
    app.on_reload([&] { reload(app, line); });
    return app.run(config);
}

int check(const CommandLine& line) {
    const stentor::ServerConfig config = stentor::load_config(line.config, line.overrides());
    stentor::App app;
    stentor::configure(app, config);
    std::printf("%s: correct\n", line.config->c_str());
    return 0;
}

int main_or_throw(int argc, char** argv) {
    CommandLine line;
    CLI::App cli{"Stentor: a realtime messaging server for WebSocket, SockJS and STOMP"};
    cli.set_version_flag("--version", std::string("stentor ") + stentor::version());
    cli.require_subcommand(1);

    CLI::App* const serving = cli.add_subcommand("serve", "Run the server until SIGTERM or SIGINT");
    serving->add_option("--config", line.config, "A TOML file; what is not given has a default");
    for (CommandLine::Flag& flag : line.flags) serving->add_option(flag.name, flag.value, flag.help);
    serving->footer(settings_help);

    CLI::App* const checking = cli.add_subcommand("check", "Check a configuration and do nothing else");
    checking->add_option("--config", line.config, "The TOML file")->required();

    const stentor::passwd::CommandLine changing_users(cli);
    const stentor::bench::CommandLine benching(cli);

    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& e) { return cli.exit(e) == 0 ? 0 : wrong_configuration; }
    if (benching.chosen()) return stentor::bench::run(benching);
    if (changing_users.chosen()) return stentor::passwd::run(changing_users);
    return *serving ? serve(line) : check(line);
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // when nobody reads the log any more
    try {
        return main_or_throw(argc, argv);
    } catch (const stentor::ConfigError& e) {
        std::fprintf(stderr, "stentor: %s\n", e.what());
        return wrong_configuration;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "stentor: %s\n", e.what());
        return 1;
    }
}
