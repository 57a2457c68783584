#include "server.hpp"

#include "websocket.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

using namespace std::string_view_literals;

namespace bare {
namespace {

constexpr std::size_t buffer_size = 512 * 1024;

void watch(int epoll, int operation, int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    ::epoll_ctl(epoll, operation, fd, &event);
}

/// "\nname:value\n" -> value; empty when there is none.
std::string_view header(std::string_view frame, std::string_view name) {
    const std::size_t at = frame.find(name);
    if (at == frame.npos) return {};
    const std::size_t begin = at + name.size();
    return frame.substr(begin, frame.find('\n', begin) - begin);
}

}  // namespace

Server::Server(int listener, std::size_t message_id_size)
    : listener_(listener),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      message_id_(message_id_size, '0'),
      buffer_(buffer_size) {
    watch(epoll_, EPOLL_CTL_ADD, listener_, EPOLLIN);
}

void Server::run() {
    std::array<epoll_event, 1024> events;
    for (;;) {
        const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.fd == listener_) accept();
            else if ((event.events & EPOLLOUT) != 0) send_rest(event.data.fd);
            else read(event.data.fd);
        }
        if (!due_.empty()) flush();
    }
}

void Server::accept() {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        const auto at = static_cast<std::size_t>(fd);
        if (connections_.size() <= at) connections_.resize(at + 1);
        connections_[at] = {};
        watch(epoll_, EPOLL_CTL_ADD, fd, EPOLLIN);
    }
}

void Server::read(int fd) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    std::size_t kept = 0;
    if (connection.rest) {
        kept = connection.rest->in.copy(buffer_.data(), connection.rest->in.size());
        connection.rest->in.clear();
        if (kept == buffer_.size()) buffer_.resize(2 * kept);
    }
    const ssize_t got = ::recv(fd, buffer_.data() + kept, buffer_.size() - kept, 0);
    if (got > 0) take(fd, buffer_.data(), kept + static_cast<std::size_t>(got));
    else if (got == 0 || errno != EAGAIN) close(fd);
}

void Server::take(int fd, char* bytes, std::size_t size) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    std::size_t taken = 0;
    if (connection.speaks == Connection::Speaks::http) taken = take_request(fd, {bytes, size});
    answers_.clear();
    while (connection.speaks != Connection::Speaks::http) {
        const Frame frame = take_frame(bytes + taken, size - taken);
        if (frame.size == 0) break;
        taken += frame.size;
        if (frame.opcode == 8) return close(fd);
        if (connection.speaks == Connection::Speaks::stomp) {
            take_stomp(fd, frame.payload);
        } else if (frame.opcode < 8) {
            append_frame_header(answers_, frame.opcode, frame.payload.size());
            answers_ += frame.payload;
        }
    }
    if (!answers_.empty()) send(fd, answers_);
    if (taken == size) return;
    if (!connection.rest) connection.rest = std::make_unique<Rest>();
    connection.rest->in.assign(bytes + taken, size - taken);
}

std::size_t Server::take_request(int fd, std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == bytes.npos) return 0;
    connections_[static_cast<std::size_t>(fd)].speaks =
        bytes.starts_with("GET /echo ") ? Connection::Speaks::echo : Connection::Speaks::stomp;
    send(fd, handshake(bytes.substr(0, end)));
    return end + 4;
}

void Server::take_stomp(int fd, std::string_view frame) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    if (frame.starts_with("SEND\n")) return publish(connection, frame);
    if (frame.starts_with("CONNECT\n") || frame.starts_with("STOMP\n"))
        answer("CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0"sv);
    else if (frame.starts_with("SUBSCRIBE\n")) subscribe(fd, frame);
    const std::string_view receipt = header(frame, "\nreceipt:");
    if (!receipt.empty()) answer("RECEIPT\nreceipt-id:" + std::string(receipt) + "\n\n" + '\0');
}

void Server::subscribe(int fd, std::string_view frame) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    if (connection.subscribed != nullptr) std::abort();  // one each: that is all a load generator needs
    const std::string destination(header(frame, "\ndestination:"));
    Topic& topic =
        topics_
            .try_emplace(destination, "MESSAGE\ndestination:" + destination + "\nmessage-id:" + message_id_ +
                                          "\nsubscription:" + std::string(header(frame, "\nid:")) +
                                          "\ncontent-length:")
            .first->second;
    connection.subscribed = last_subscribed_ = &topic;
    connection.place = static_cast<std::uint32_t>(topic.subscribers.size());
    topic.subscribers.push_back(fd);
}

void Server::publish(Connection& connection, std::string_view frame) {
    if (connection.sends_to == nullptr) {
        const auto found = topics_.find(std::string(header(frame, "\ndestination:")));
        connection.sends_to = found != topics_.end() ? &found->second : last_subscribed_;
        if (connection.sends_to == nullptr) return;
    }
    Topic& topic = *connection.sends_to;
    const std::size_t begin = frame.find("\n\n") + 2;
    const std::string_view body = frame.substr(begin, frame.size() - begin - 1);
    if (topic.frame_head.empty() || topic.body_size != body.size()) {
        const std::string head = topic.head + std::to_string(body.size()) + "\n\n";
        topic.body_size = body.size();
        topic.frame_head.clear();
        append_frame_header(topic.frame_head, 1, head.size() + body.size() + 1);
        topic.frame_head += head;
    }
    if (topic.run.empty()) due_.push_back(&topic);
    topic.run += topic.frame_head;
    topic.run += body;
    topic.run += '\0';
}

void Server::flush() {
    for (Topic* const topic : due_) {
        for (const int fd : topic->subscribers) send(fd, topic->run);
        topic->run.clear();
    }
    due_.clear();
}

void Server::answer(std::string_view stomp_frame) {
    append_frame_header(answers_, 1, stomp_frame.size());
    answers_ += stomp_frame;
}

void Server::send(int fd, std::string_view bytes) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    if (connection.rest && !connection.rest->out.empty()) {
        connection.rest->out += bytes;
        return;
    }
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(bytes.size())) return;
    if (sent < 0 && errno != EAGAIN) return;  // the close is read in a later turn
    if (!connection.rest) connection.rest = std::make_unique<Rest>();
    connection.rest->out = bytes.substr(sent < 0 ? 0 : static_cast<std::size_t>(sent));
    watch(epoll_, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLOUT);
}

void Server::send_rest(int fd) {
    std::string& out = connections_[static_cast<std::size_t>(fd)].rest->out;
    const ssize_t sent = ::send(fd, out.data(), out.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return close(fd);
    if (sent > 0) out.erase(0, static_cast<std::size_t>(sent));
    if (out.empty()) watch(epoll_, EPOLL_CTL_MOD, fd, EPOLLIN);
}

void Server::close(int fd) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    if (Topic* const topic = connection.subscribed) {
        const int last = topic->subscribers.back();
        topic->subscribers[connection.place] = last;
        connections_[static_cast<std::size_t>(last)].place = connection.place;
        topic->subscribers.pop_back();
    }
    connection = {};
    ::close(fd);
}

}  // namespace bare
