#pragma once

#include "stentor/pending.hpp"
#include "stentor/replies.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace stentor {

namespace app {
class Inside;
}

/// Sends messages from the application itself (Spring's SimpMessagingTemplate). Any thread; messages of one
/// thread keep their order. Before the application runs and after it has ended, they are dropped and logged.
class Messenger {
public:
    /// Publishes at a broker destination, or at "/user/{name}/..." for a user's sessions, with the name
    /// percent-encoded (user_destination.hpp).
    template <Sendable T>
    void send(std::string destination, const T& payload, Headers headers = {}) {
        send(message(std::move(destination), to_body(payload), std::move(headers)));
    }
    void send(Message message);

    /// To every session of the user that subscribed to "/user" + destination. The name is taken as it is,
    /// never decoded and never a pattern; a session without a login is its own user, named by its id. The
    /// result is how many sessions it reached, on all shards.
    template <Sendable T>
    Pending<std::size_t> send_to_user(std::string user, std::string destination, const T& payload,
                                      Headers headers = {}) {
        return send_to_user(std::move(user),
                            message(std::move(destination), to_body(payload), std::move(headers)));
    }
    Pending<std::size_t> send_to_user(std::string user, Message message);

    /// To that session alone, if it subscribed to "/user" + destination: the result is 0 or 1.
    template <Sendable T>
    Pending<std::size_t> send_to_session(std::string session, std::string destination, const T& payload,
                                         Headers headers = {}) {
        return send_to_session(std::move(session),
                               message(std::move(destination), to_body(payload), std::move(headers)));
    }
    Pending<std::size_t> send_to_session(std::string session, Message message);

    explicit Messenger(app::Inside& inside) : inside_(inside) {}

private:
    static Message message(std::string destination, Body body, Headers headers);

    app::Inside& inside_;
};

}  // namespace stentor
