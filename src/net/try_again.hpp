#pragma once

#include <cerrno>

namespace stentor::net {

/// Whether a socket that answered so only has nothing to give or no room now.
inline bool try_again(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOBUFS;
}

}  // namespace stentor::net
