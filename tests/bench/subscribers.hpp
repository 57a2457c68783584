#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// N WebSocket subscribers and one publisher, in one epoll loop. Counts whole messages and checks that every
/// subscriber got the same number of them.
class Subscribers {
public:
    /// STOMP over WebSocket against a Stentor server, or the bare server's one-byte protocol.
    enum class Speaks { stomp, bare };

    Subscribers(Speaks speaks, std::uint16_t port, std::size_t count, std::size_t body_size);
    ~Subscribers();
    Subscribers(const Subscribers&) = delete;
    Subscribers& operator=(const Subscribers&) = delete;

    /// Publishes that many, at most `in_flight` of them not yet with every subscriber; returns when all have
    /// arrived.
    void run(std::size_t messages, std::size_t in_flight);
    /// Bytes of one message on the wire, as last seen.
    [[nodiscard]] std::size_t frame_size() const { return frame_size_; }

private:
    struct Client {
        int fd;
        std::string buffer;
        std::size_t received = 0;
    };
    void publish();
    static void answer_ping(const Client& client, std::string_view ping);
    void read(Client& client);

    Speaks speaks_;
    int epoll_;
    int publisher_ = -1;
    std::string send_frame_;
    std::vector<Client> clients_;
    std::size_t published_ = 0;
    std::size_t deliveries_ = 0;
    std::size_t frame_size_ = 0;
};

}  // namespace bench
