#pragma once

#include "base/shared_bytes.hpp"
#include "sockjs/transport.hpp"

#include <span>
#include <string_view>

namespace stentor::transport {

/// Who is told when a receiver goes: a SockJS session.
class ReceiverUser {
public:
    /// The response ended as it should (its one frame, or its limit); another request will come.
    virtual void receiver_done() = 0;
    /// It did not take what was sent: receiver_lost() comes next.
    virtual void receiver_too_slow() {}
    /// The connection broke.
    virtual void receiver_lost() = 0;
    [[nodiscard]] virtual std::size_t stream_limit() const = 0;
    /// What was written is with the peer's kernel, after a wait.
    virtual void receiver_drained() {}
    /// Adds the Set-Cookie fields of a response to this request.
    virtual void add_cookies(http::Fields& fields, const http::Request& request) const = 0;

protected:
    ~ReceiverUser() = default;
};

/// The response in which a SockJS session's frames leave: one frame (polling) or many (streaming).
/// Shard-local.
class Receiver {
public:
    /// The response to this request begins, and belongs to `user` until it is told otherwise or calls end().
    virtual void begin(ReceiverUser& user, const sockjs::ReceivingTransport& transport,
                       const http::Request& request) = 0;
    /// Writes a frame. May end the response: then receiver_done() was called.
    virtual void frame(std::string_view frame) = 0;
    /// The same for the frame of these messages, which are JSON strings already.
    virtual void messages(std::span<const base::BytesRef> quoted) = 0;
    /// Ends a streaming response; the user is not told.
    virtual void end() = 0;
    /// Bytes written that the peer's kernel has not taken yet; those of this turn are among them.
    [[nodiscard]] virtual std::size_t unsent() const = 0;
    /// Writes what it can without waiting for the turn's end; what is unsent after that.
    virtual std::size_t write_now() { return unsent(); }

protected:
    ~Receiver() = default;
};

}  // namespace stentor::transport
