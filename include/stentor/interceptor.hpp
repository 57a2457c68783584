#pragma once

#include "stentor/message.hpp"
#include "stentor/result.hpp"
#include "stentor/security.hpp"
#include "stentor/session.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Functions between clients and everything else (App::intercept_inbound, App::intercept_outbound). They are
/// called in the order in which they were registered, on the session's shard, by several shards at the same
/// time, and must not wait.
namespace stentor {

enum class ClientCommand : std::uint8_t {
    connect,  ///< also STOMP
    send,
    subscribe,
    unsubscribe,
    ack,
    nack,
    begin,
    commit,
    abort,
    disconnect,
};

/// What an interceptor decides; the next one is asked only when it passes.
struct Verdict {
    enum class Kind : std::uint8_t { pass, drop, refuse };

    static Verdict pass() { return {}; }
    /// As if it had never come, but that a receipt is answered.
    static Verdict drop() { return {Kind::drop, {}}; }
    /// The client hears of it: on its error destination, or by ERROR where it asked for a receipt, has no
    /// error destination, is in a transaction or not connected yet. `message` is what it reads.
    static Verdict refuse(std::string message, Errc code = Errc::forbidden) {
        return {Kind::refuse, {code, std::move(message)}};
    }

    Kind kind = Kind::pass;
    Error error = {};
};

/// A client's frame, which may be changed before it has its effect. Heart-beats are none.
struct InboundFrame {
    const ClientCommand command;
    Session session;
    Headers headers;  ///< all that came, also `destination`, `id`, `login`; a `receipt` is owed already
    std::string body;
    /// On CONNECT: who the session is from now on; the Authenticator is not asked then.
    std::optional<Principal> principal = {};
};

/// A MESSAGE on its way to one subscription. One that is changed is encoded for it alone.
class OutboundMessage {
public:
    OutboundMessage(Session session, std::string_view subscription, MessagePtr message)
        : session_(std::move(session)), subscription_(subscription), message_(std::move(message)) {}

    [[nodiscard]] Session& session() { return session_; }
    /// The client's id for the subscription.
    [[nodiscard]] std::string_view subscription() const { return subscription_; }
    [[nodiscard]] const Message& message() const { return *message_; }
    /// This subscription's own copy, to be changed.
    [[nodiscard]] Message& change() {
        if (!own_) message_ = own_ = std::make_shared<Message>(*message_);
        return *own_;
    }

    [[nodiscard]] bool is_changed() const { return own_ != nullptr; }
    [[nodiscard]] const MessagePtr& shared() const { return message_; }

private:
    Session session_;
    std::string_view subscription_;
    MessagePtr message_;
    std::shared_ptr<Message> own_ = {};
};

/// What it throws is logged, and the frame is refused.
using InboundInterceptor = std::function<Verdict(InboundFrame&)>;
/// What it throws is logged. What it refuses is dropped: the subscriber does not hear of it, and need not
/// acknowledge.
using OutboundInterceptor = std::function<Verdict(OutboundMessage&)>;

namespace detail {

/// One that says nothing lets everything pass.
template <class Seen, class F>
std::function<Verdict(Seen&)> verdicts_of(F interceptor) {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, Seen&>>)
        return [interceptor = std::move(interceptor)](Seen& seen) {
            interceptor(seen);
            return Verdict::pass();
        };
    else return interceptor;
}

}  // namespace detail

/// Immutable when the application runs.
struct Interceptors {
    std::vector<InboundInterceptor> inbound;
    std::vector<OutboundInterceptor> outbound;
};

}  // namespace stentor
