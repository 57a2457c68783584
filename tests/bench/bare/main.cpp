// The kernel's limit, to compare with: see server.hpp.
//
//     bench_bare [--port 0] [--message-id-size 12]
#include "server.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace {

/// A listening socket; those it accepts inherit TCP_NODELAY from it.
int listen_on(std::uint16_t port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, 4096) != 0) {
        std::perror("bench_bare: cannot listen");
        std::exit(1);
    }
    return listener;
}

std::uint16_t port_of(int listener) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

void allow_many_files() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    std::map<std::string, std::string> options{{"--port", "0"}, {"--message-id-size", "12"}};
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc || !options.contains(argv[i])) {
            std::fprintf(stderr, "bench_bare: unknown option %s\n", argv[i]);
            return 2;
        }
        options[argv[i]] = argv[i + 1];
    }
    allow_many_files();
    const int listener = listen_on(static_cast<std::uint16_t>(std::atoi(options["--port"].c_str())));
    std::printf("listening on %u\n", unsigned{port_of(listener)});
    std::fflush(stdout);
    bare::Server(listener, std::strtoul(options["--message-id-size"].c_str(), nullptr, 10)).run();
}
