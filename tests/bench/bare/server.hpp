#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bare {

/// The least that any server in this protocol must do: one thread, one epoll, and for each message nothing
/// but to find where it begins and ends. What a load generator that speaks STOMP over WebSocket needs is
/// answered
/// (/echo: a raw WebSocket echo); what anybody else sends is not checked at all. Not a server, a yardstick.
///
/// A message is written once, as the frame that every subscriber of its topic gets. All that is due at the
/// end of a turn leaves in one write a socket, from that one buffer: bodies are never copied for a
/// subscriber.
class Server {
public:
    /// message_id_size: of the ids in MESSAGE frames, to make them as long as those of who is compared.
    Server(int listener, std::size_t message_id_size);
    [[noreturn]] void run();

private:
    struct Topic {
        std::string head;             ///< of its MESSAGE frames, up to `content-length:`
        std::string frame_head = {};  ///< the same for bodies of body_size, with the WebSocket header
        std::size_t body_size = 0;
        std::vector<int> subscribers = {};
        std::string run = {};  ///< frames that are due
    };
    /// What did not come or go in one piece; most connections have none.
    struct Rest {
        std::string in;
        std::string out;
    };
    struct Connection {
        enum class Speaks : std::uint8_t { http, stomp, echo };
        Topic* subscribed = nullptr;  ///< the first, if any
        Topic* sends_to = nullptr;    ///< of its first SEND: the rest goes there as well
        std::unique_ptr<Rest> rest = nullptr;
        std::uint32_t place = 0;  ///< among the topic's subscribers
        Speaks speaks = Speaks::http;
    };

    void accept();
    void read(int fd);
    void take(int fd, char* bytes, std::size_t size);
    std::size_t take_request(int fd, std::string_view bytes);
    void take_stomp(int fd, std::string_view frame);
    void subscribe(int fd, std::string_view frame);
    void publish(Connection& connection, std::string_view frame);
    void answer(std::string_view stomp_frame);
    void send(int fd, std::string_view bytes);
    void send_rest(int fd);
    void flush();
    void close(int fd);

    int listener_;
    int epoll_;
    std::string message_id_;
    std::vector<Connection> connections_;  ///< by file descriptor
    std::unordered_map<std::string, Topic> topics_;
    Topic* last_subscribed_ = nullptr;  ///< gets what is sent to no topic, like a controller's answers
    std::vector<Topic*> due_;
    std::vector<char> buffer_;
    std::string answers_;
};

}  // namespace bare
