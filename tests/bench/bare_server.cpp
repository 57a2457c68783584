#include "bare_server.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

namespace bench {
namespace {

std::string websocket_frame(std::size_t size) {
    const std::size_t payload = size - 4;
    std::string frame{'\x81', '\x7e', static_cast<char>(payload >> 8), static_cast<char>(payload & 0xff)};
    return frame + std::string(payload, 'x');
}

[[noreturn]] void serve(int listener, std::size_t frame_size) {
    const std::string frame = websocket_frame(frame_size);
    const int epoll = ::epoll_create1(0);
    const auto watch = [&](int fd) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    };
    watch(listener);
    std::vector<int> subscribers;
    std::string run;
    std::array<epoll_event, 512> events;
    std::array<char, 65536> buffer;
    for (;;) {
        const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        std::size_t due = 0;
        for (int i = 0; i < count; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            if (fd == listener) {
                const int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
                const int on = 1;
                ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(client);
                continue;
            }
            const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
            if (got <= 0) ::close(fd);
            else if (buffer[0] == 's') subscribers.push_back(fd);
            else due += static_cast<std::size_t>(got);
        }
        run.clear();
        for (std::size_t i = 0; i < due; ++i) run += frame;
        if (due != 0)
            for (const int fd : subscribers)
                if (::send(fd, run.data(), run.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(run.size()))
                    std::abort();
    }
}

}  // namespace

BareServer start_bare_server(std::size_t frame_size) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, 4096) != 0)
        std::abort();
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    const int pid = ::fork();
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(listener, frame_size);
    }
    ::close(listener);
    return {pid, ntohs(address.sin_port)};
}

}  // namespace bench
