#pragma once

#include "security/access_policy.hpp"
#include "stentor/result.hpp"
#include "stentor/session.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace stentor::hub {

struct Settings;

/// Asks the rules, before anything else is, whether a client may do what it asks for. What it may not is
/// answered with the same words whether there is such a destination or not. Shard-local.
class Gatekeeper {
public:
    using Policy = std::shared_ptr<const security::AccessPolicy>;

    explicit Gatekeeper(const Settings& settings) : settings_(settings) {}

    /// Null: everything is allowed.
    void set_policy(Policy policy) { policy_ = std::move(policy); }
    [[nodiscard]] bool has_policy() const { return policy_ != nullptr; }

    Result<void> check_connect(const SessionState& session) {
        return policy_ == nullptr ? Result<void>() : judge_connect(session);
    }
    /// `headers`: the frame's, or null.
    Result<void> check_send(const SessionState& session, std::string_view destination,
                            const Headers* headers) {
        return policy_ == nullptr ? Result<void>() : judge(AccessAction::send, session, destination, headers);
    }
    Result<void> check_subscribe(const SessionState& session, std::string_view destination,
                                 const Headers* headers) {
        return policy_ == nullptr ? Result<void>()
                                  : judge(AccessAction::subscribe, session, destination, headers);
    }
    /// Where a message's `reply-to` lets others send: where the sender may send itself, or have a temporary
    /// queue.
    Result<void> check_reply_to(const SessionState& session, const Headers& headers);

    /// The same questions where nobody asked to do anything.
    [[nodiscard]] bool allows_session(const SessionState& session) const;
    [[nodiscard]] bool allows_subscription(const SessionState& session, std::string_view destination) const;

    /// How often the answer was no.
    [[nodiscard]] std::uint64_t denied() const { return denied_; }

private:
    [[nodiscard]] bool allows_send(const SessionState& session, std::string_view destination,
                                   const Headers* headers) const;
    Result<void> judge_connect(const SessionState& session);
    Result<void> judge(AccessAction action, const SessionState& session, std::string_view destination,
                       const Headers* headers);
    Error deny(AccessAction action, const SessionState& session, std::string_view destination);

    const Settings& settings_;
    Policy policy_;
    std::uint64_t denied_ = 0;
};

/// What a client reads of it.
[[nodiscard]] Error access_denied();

}  // namespace stentor::hub
