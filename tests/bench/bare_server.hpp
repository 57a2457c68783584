#pragma once

#include <cstddef>
#include <cstdint>

namespace bench {

/// The kernel's limit, to compare with: a bare epoll loop that answers each byte of any connection by writing
/// the same ready-made WebSocket frame to every connection that ever sent an 's'. One write per socket per
/// turn. Forks; returns the child's process id and the port.
struct BareServer {
    int pid;
    std::uint16_t port;
};
BareServer start_bare_server(std::size_t frame_size);

}  // namespace bench
