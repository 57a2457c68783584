#pragma once

#include "stentor/replies.hpp"

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
    /// Publishes at a broker destination, or at "/user/{name}/..." for a user's sessions.
    template <Sendable T>
    void send(std::string destination, const T& payload, Headers headers = {}) {
        Body body = to_body(payload);
        if (!headers.contains("content-type")) headers.add("content-type", body.content_type);
        send(Message{std::move(destination), std::move(headers), std::move(body.bytes), {}});
    }
    void send(Message message);

    /// To every session of the user that subscribed to "/user" + destination.
    template <Sendable T>
    void send_to_user(std::string user, std::string destination, const T& payload, Headers headers = {}) {
        Body body = to_body(payload);
        if (!headers.contains("content-type")) headers.add("content-type", body.content_type);
        send_to_user(std::move(user),
                     Message{std::move(destination), std::move(headers), std::move(body.bytes), {}});
    }
    void send_to_user(std::string user, Message message);

    explicit Messenger(app::Inside& inside) : inside_(inside) {}

private:
    app::Inside& inside_;
};

}  // namespace stentor
