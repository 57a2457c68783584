#pragma once

#include "stentor/security.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// The room's inside is in namespace `test`: within stentor, `testing` would hide GoogleTest's.
namespace stentor::test {

/// One connection, seen from the client.
class Stream {
public:
    virtual ~Stream() = default;
    virtual void send(std::string_view bytes) = 0;
    /// Moves what has arrived behind `input`.
    virtual void receive() = 0;
    /// The server has ended it.
    [[nodiscard]] virtual bool ended() const = 0;
    virtual void close() = 0;
    /// Whether it takes nothing of what the server sends. Over pipes only.
    virtual void stall(bool) {}

    std::string input;
};

enum class Speaks { http, stomp };

/// Who connects, where that is up to the test.
struct Peer {
    std::string remote_address = "127.0.0.1:50000";
    std::optional<Principal> principal = {};  ///< known without any credentials
};

/// What clients have between them and the application.
class Network {
public:
    virtual ~Network() = default;
    virtual std::unique_ptr<Stream> connect(Speaks speaks, const Peer& peer) = 0;
    std::unique_ptr<Stream> connect(Speaks speaks) { return connect(speaks, Peer()); }
    /// Lets things happen until `done`; false when that is not to be expected any more.
    virtual bool until(const std::function<bool()>& done) = 0;
};

}  // namespace stentor::test
