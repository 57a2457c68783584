#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::bench {

enum class Transport {
    websocket,  ///< ws://: STOMP frames in WebSocket messages, or whatever an echo is sent
    tcp,        ///< stomp://: STOMP over TCP
    xhr,        ///< xhr://: STOMP over SockJS, xhr_streaming down and xhr_send up
};

/// A server to measure: NAME=URL[@PID[,PID...]]
struct Target {
    std::string name;
    Transport transport = Transport::websocket;
    std::string host;
    std::uint16_t port = 0;
    std::string path = "/";
    std::vector<pid_t> pids = {};  ///< none: its CPU time is not known
};

/// Throws WrongUse with what is wrong.
Target parse_target(std::string_view text);

}  // namespace stentor::bench
