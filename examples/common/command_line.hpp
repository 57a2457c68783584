#pragma once

#include <stentor/app.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// What every example takes on its command line: --port P (0: any), --shards N, --stomp-port Q.
inline stentor::Config config_from(int argc, char** argv) {
    stentor::Config config;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        const int value = std::atoi(argv[i + 1]);
        if (name == "--port") config.port = static_cast<std::uint16_t>(value);
        if (name == "--shards") config.shards = static_cast<unsigned>(value);
        if (name == "--stomp-port") config.stomp_port = static_cast<std::uint16_t>(value);
    }
    return config;
}

/// The value of another option, or `otherwise`.
inline std::string option(int argc, char** argv, std::string_view name, std::string otherwise) {
    for (int i = 1; i + 1 < argc; i += 2)
        if (name == argv[i]) return argv[i + 1];
    return otherwise;
}

/// Prints where clients can connect, one line each.
inline void say(const stentor::Listening& listening) {
    std::printf("listening on http://%s:%u\n", listening.address.c_str(), unsigned{listening.port});
    if (listening.stomp_port)
        std::printf("stomp on %s:%u\n", listening.address.c_str(), unsigned{*listening.stomp_port});
    std::fflush(stdout);
}
