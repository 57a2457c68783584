#pragma once

#include "net/connection.hpp"
#include "unit/net/sockets.hpp"
#include "unit/net/turned_loop.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace stentor::net::test {

/// Reads from a wire and notes what it is told.
class Listening final : public WireUser {
public:
    void on_bytes(std::span<char> bytes) override {
        received.append(bytes.data(), bytes.size());
        if (when_bytes) when_bytes();
    }
    void on_closed() override {
        ++closed;
        if (when_closed) when_closed();
    }
    void on_drained() override { ++drained; }

    std::string received;
    int closed = 0;
    int drained = 0;
    std::function<void()> when_bytes;
    std::function<void()> when_closed;
};

/// A connection with who reads from it and the peer's end.
struct Line {
    Line(TurnedLoop& turned, std::pair<Fd, Fd> ends, SendLimits limits = {})
        : wire(std::make_unique<Connection>(turned.loop, turned.flusher, ends.first.give(), "peer", limits)),
          peer(std::move(ends.second)) {
        wire->start(user);
    }

    void send(std::string bytes) const { wire->send(base::share(std::move(bytes))); }

    Listening user;
    std::unique_ptr<Connection> wire;
    Peer peer;
};

/// Two sockets of which the first takes only a few kilobytes before its peer reads.
inline std::pair<Fd, Fd> narrow_pair() {
    auto ends = socket_pair();
    const int small = 4096;
    ::setsockopt(ends.first.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    return ends;
}

/// Bytes of which no two pieces look alike.
inline std::string pattern(std::size_t size, unsigned seed = 1) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>((seed = seed * 1664525U + 1013904223U) >> 24);
    return bytes;
}

}  // namespace stentor::net::test
