#pragma once

#include "broker/subscription.hpp"
#include "security/providers.hpp"
#include "stentor/result.hpp"
#include "stentor/security.hpp"
#include "stentor/session.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace stentor::hub {

/// A frame's number in its session, by which its outcome comes back.
using Ticket = std::uint64_t;

/// A session as the hub sees it: it sends, subscribes, and gets messages and outcomes. Shard-local.
class Client : public broker::Subscriber {
public:
    [[nodiscard]] virtual const std::shared_ptr<SessionState>& state() const = 0;
    /// What the frame of this ticket asked for has happened, or was refused. Once for each ticket, maybe
    /// before the call that took it returns, never after detach.
    virtual void finished(Ticket ticket, const Result<void>& result) = 0;
    /// The same with an error, where the frame's headers are at hand.
    virtual void refused(Ticket ticket, const Error& error, const Headers&) { finished(ticket, error); }

    /// Whether that frame asked for a receipt: then an error must be answered by ERROR.
    [[nodiscard]] virtual bool asked_receipt(Ticket ticket) const = 0;

    /// What the application asks of it. Not during any other call of the hub.
    using Visitor = std::function<void(std::string_view id, const std::string& destination)>;
    virtual void visit_subscriptions(const Visitor& visitor) const = 0;
    /// Says so to its peer, and ends. False when it has ended before.
    virtual bool close(const std::string& reason, std::uint16_t code) = 0;
    /// False when it has no such subscription.
    virtual bool unsubscribe(std::string_view id) = 0;
    /// It has shown anew who it is, and they found it right. An error: as somebody else, or they are not who
    /// it may ask.
    virtual Result<void> renew(const Authentication& who, const security::Providers& by) = 0;
    /// Nothing could be sent for a while: what is owed to its peer from time to time is sent now.
    virtual void stood_still() {}
    using Keeps = std::function<bool(const std::string& destination)>;
    /// Ends those that are not to be kept, and tells its peer why. How many they were.
    virtual std::size_t end_subscriptions(const Keeps& keeps, const Error& why) = 0;

    /// The hub's own number for it while it is attached.
    std::uint64_t key = 0;
    /// The hub's own count of its calls that have not ended.
    std::uint32_t calls = 0;

protected:
    ~Client() = default;
};

}  // namespace stentor::hub
