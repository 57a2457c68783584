#pragma once

#include <stentor/app.hpp>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <limits>
#include <map>
#include <string>
#include <string_view>

/// What every example takes on its command line: --port P (0: any), --shards N, --stomp-port Q; and a few
/// more that it names itself. A mistake ends the program with what it should have been.
class CommandLine {
public:
    CommandLine(int argc, char** argv, std::initializer_list<std::string_view> more = {})
        : program_(argv[0]) {
        for (const std::string_view name : {"--port", "--shards", "--stomp-port"}) values_.emplace(name, "");
        for (const std::string_view name : more) values_.emplace(name, "");
        for (int i = 1; i < argc; i += 2) {
            const auto known = values_.find(argv[i]);
            if (known == values_.end() || i + 1 == argc) usage(argv[i]);
            known->second = argv[i + 1];
        }
    }

    [[nodiscard]] stentor::Config config() const {
        stentor::Config config;
        if (given("--port")) config.port = number<std::uint16_t>("--port");
        if (given("--shards")) config.shards = number<unsigned>("--shards");
        if (given("--stomp-port")) config.stomp_port = number<std::uint16_t>("--stomp-port");
        return config;
    }

    [[nodiscard]] std::string text(std::string_view name, std::string otherwise) const {
        return given(name) ? values_.find(name)->second : std::move(otherwise);
    }
    template <class T>
    [[nodiscard]] T number(std::string_view name, T otherwise) const {
        return given(name) ? number<T>(name) : otherwise;
    }
    [[nodiscard]] bool given(std::string_view name) const { return !values_.find(name)->second.empty(); }

private:
    template <class T>
    [[nodiscard]] T number(std::string_view name) const {
        const std::string& text = values_.find(name)->second;
        T value{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size()) usage(name);
        return value;
    }
    [[noreturn]] void usage(std::string_view wrong) const {
        std::fprintf(stderr, "%s: %.*s: options are", program_, static_cast<int>(wrong.size()), wrong.data());
        for (const auto& [name, value] : values_) std::fprintf(stderr, " %s VALUE", name.c_str());
        std::fprintf(stderr, "\n");
        std::exit(2);
    }

    const char* program_;
    std::map<std::string, std::string, std::less<>> values_;
};

/// Prints where clients can connect, one line each.
inline void say(const stentor::Listening& listening) {
    std::printf("listening on http://%s:%u\n", listening.address.c_str(), unsigned{listening.port});
    if (listening.stomp_port)
        std::printf("stomp on %s:%u\n", listening.address.c_str(), unsigned{*listening.stomp_port});
    std::fflush(stdout);
}
