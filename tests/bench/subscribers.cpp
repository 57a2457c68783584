#include "subscribers.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace bench {
namespace {

int dial(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) throw std::runtime_error("the server closed");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void expect(int fd, std::string_view wanted) {
    std::string got;
    std::array<char, 4096> buffer;
    while (got.find(wanted) == std::string::npos) {
        const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
        if (count <= 0) throw std::runtime_error("the server closed; it had said: " + got);
        got.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

/// A masked text frame with the mask 0, so that the payload stays readable.
std::string client_frame(std::string_view payload) {
    std::string frame{'\x81'};
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else {
        frame += '\xfe';
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    }
    return frame.append(4, '\0').append(payload);
}

int open_stomp(std::uint16_t port) {
    const int fd = dial(port);
    write_all(
        fd,
        "GET /gs-guide-websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Protocol: v12.stomp\r\n\r\n");
    expect(fd, "\r\n\r\n");
    using namespace std::string_view_literals;
    write_all(fd, client_frame("CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:0,0\n\n\0"sv));
    expect(fd, "CONNECTED");
    return fd;
}

/// Size of the whole frame at the front of the buffer, 0 when its header is not all there.
std::size_t frame_size_at(std::string_view buffer) {
    if (buffer.size() < 2) return 0;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(buffer[i]); };
    const std::size_t length = byte(1) & 0x7f;
    if (length < 126) return 2 + length;
    if (length == 126) return buffer.size() < 4 ? 0 : 4 + (std::size_t{byte(2)} << 8) + byte(3);
    if (buffer.size() < 10) return 0;
    std::size_t size = 0;
    for (std::size_t i = 2; i < 10; ++i) size = size << 8 | byte(i);
    return 10 + size;
}

}  // namespace

Subscribers::Subscribers(Speaks speaks, std::uint16_t port, std::size_t count, std::size_t body_size)
    : speaks_(speaks), epoll_(::epoll_create1(0)) {
    using namespace std::string_view_literals;
    for (std::size_t i = 0; i < count; ++i) {
        const int fd = speaks == Speaks::stomp ? open_stomp(port) : dial(port);
        if (speaks == Speaks::stomp) {
            write_all(fd,
                      client_frame("SUBSCRIBE\nid:sub-0\ndestination:/topic/bench\nreceipt:ready\n\n\0"sv));
            expect(fd, "RECEIPT");
        } else {
            write_all(fd, "s");
        }
        clients_.push_back({fd, {}, 0});
    }
    for (std::size_t i = 0; i < count; ++i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[i].fd, &event);
    }
    publisher_ = speaks == Speaks::stomp ? open_stomp(port) : dial(port);
    send_frame_ =
        speaks == Speaks::stomp
            ? client_frame("SEND\ndestination:/topic/bench\ncontent-length:" + std::to_string(body_size) +
                           "\n\n" + std::string(body_size, 'x') + '\0')
            : "p";
}

Subscribers::~Subscribers() {
    for (const Client& client : clients_) ::close(client.fd);
    ::close(publisher_);
    ::close(epoll_);
}

void Subscribers::publish() {
    write_all(publisher_, send_frame_);
    ++published_;
}

/// A pong with the ping's payload, under a mask of zeros.
void Subscribers::answer_ping(const Client& client, std::string_view ping) {
    std::string pong{'\x8a', static_cast<char>(0x80 | (ping.size() - 2)), 0, 0, 0, 0};
    pong += ping.substr(2);
    if (::send(client.fd, pong.data(), pong.size(), MSG_NOSIGNAL) < 0)
        throw std::runtime_error("a pong could not be sent");
}

void Subscribers::read(Client& client) {
    static std::array<char, 256 * 1024> buffer;
    const ssize_t got = ::recv(client.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got == 0) throw std::runtime_error("the server closed a subscriber");
    if (got < 0) return;
    client.buffer.append(buffer.data(), static_cast<std::size_t>(got));
    std::string_view rest = client.buffer;
    for (std::size_t size = frame_size_at(rest); size != 0 && size <= rest.size();
         size = frame_size_at(rest)) {
        const std::string_view frame = rest.substr(0, size);
        rest.remove_prefix(size);
        if (frame.starts_with('\x89')) {
            answer_ping(client, frame);
            continue;
        }
        frame_size_ = size;
        ++client.received;
        ++deliveries_;
    }
    client.buffer.erase(0, client.buffer.size() - rest.size());
}

void Subscribers::run(std::size_t messages, std::size_t in_flight) {
    const std::size_t begin = published_;
    const std::size_t end = begin + messages;
    std::array<epoll_event, 512> events;
    while (deliveries_ < end * clients_.size()) {
        while (published_ < end && published_ - deliveries_ / clients_.size() < in_flight) publish();
        const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 10'000);
        if (count == 0) throw std::runtime_error("messages were lost");
        for (int i = 0; i < count; ++i) read(clients_[events[static_cast<std::size_t>(i)].data.u64]);
    }
    for (const Client& client : clients_)
        if (client.received != end)
            throw std::runtime_error("a subscriber got too many messages, another too few");
}

}  // namespace bench
