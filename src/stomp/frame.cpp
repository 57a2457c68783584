#include "stomp/frame.hpp"

#include <array>

namespace stentor::stomp {

std::string_view to_string(Version version) {
    switch (version) {
        case Version::v1_0: return "1.0";
        case Version::v1_1: return "1.1";
        case Version::v1_2: return "1.2";
    }
    return "";
}

std::string_view to_string(Command command) {
    switch (command) {
        case Command::connect: return "CONNECT";
        case Command::stomp: return "STOMP";
        case Command::send: return "SEND";
        case Command::subscribe: return "SUBSCRIBE";
        case Command::unsubscribe: return "UNSUBSCRIBE";
        case Command::ack: return "ACK";
        case Command::nack: return "NACK";
        case Command::begin: return "BEGIN";
        case Command::commit: return "COMMIT";
        case Command::abort: return "ABORT";
        case Command::disconnect: return "DISCONNECT";
        case Command::connected: return "CONNECTED";
        case Command::message: return "MESSAGE";
        case Command::receipt: return "RECEIPT";
        case Command::error: return "ERROR";
    }
    return "";
}

std::optional<Command> to_command(std::string_view name) {
    using enum Command;
    if (name == "SEND") return send;  // nearly all that comes
    static constexpr std::array all{message, ack,     nack,  subscribe,  unsubscribe, begin,   commit,
                                    abort,   connect, stomp, disconnect, connected,   receipt, error};
    for (const Command command : all)
        if (to_string(command) == name) return command;
    return std::nullopt;
}

bool is_of_server(Command command) { return command >= Command::connected; }

bool may_have_body(Command command) {
    return command == Command::send || command == Command::message || command == Command::error;
}

bool has_escapes(Command command) {
    return command != Command::connect && command != Command::stomp && command != Command::connected;
}

}  // namespace stentor::stomp
