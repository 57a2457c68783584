// Tests: tests/unit/hub/gatekeeper_test.cpp
#include "hub/gatekeeper.hpp"

#include "base/log.hpp"
#include "hub/hub.hpp"
#include "messaging/destination.hpp"
#include "messaging/user_name.hpp"

#include <bit>
#include <optional>
#include <string>

namespace stentor::hub {
namespace {

/// "/user/{name}/..." has many spellings, for a name may be encoded more than it need be, and rules should
/// not have to name them all: this is the one that user_destination() writes. Nothing if it is that, or none.
std::optional<std::string> usual_spelling(std::string_view destination, std::string_view prefix) {
    if (!messaging::has_prefix(destination, prefix)) return std::nullopt;
    std::string_view rest = messaging::without_prefix(destination, prefix);
    const std::string_view head = destination.substr(0, destination.size() - rest.size());
    const std::string_view segment = messaging::next_segment(rest);
    const auto name = messaging::decode_user_name(segment);
    if (!name) return std::nullopt;
    const std::string usual = messaging::encode_user_name(*name);
    if (usual == segment) return std::nullopt;
    return std::string(head) + "/" + usual + std::string(rest);
}

}  // namespace

Error access_denied() { return {Errc::forbidden, "Access is denied"}; }

Result<void> Gatekeeper::check_reply_to(const SessionState& session, const Headers& headers) {
    if (policy_ == nullptr) return {};
    const auto to = headers.find("reply-to");
    if (!to || !to->starts_with('/')) return {};
    return is_temp_queue(*to) ? check_subscribe(session, *to, &headers) : check_send(session, *to, &headers);
}

bool Gatekeeper::allows_session(const SessionState& session) const {
    return policy_ == nullptr || policy_->allows_session(session.principal.get());
}

bool Gatekeeper::allows_subscription(const SessionState& session, std::string_view destination) const {
    return policy_ == nullptr ||
           policy_->allows(AccessAction::subscribe, destination, session.principal.get(), nullptr);
}

bool Gatekeeper::allows_send(const SessionState& session, std::string_view destination,
                             const Headers* headers) const {
    const Principal* const principal = session.principal.get();
    if (!policy_->allows(AccessAction::send, destination, principal, headers)) return false;
    const auto usual = usual_spelling(destination, settings_.user_destination_prefix);
    return !usual || policy_->allows(AccessAction::send, *usual, principal, headers);
}

Result<void> Gatekeeper::judge_connect(const SessionState& session) {
    if (allows_session(session)) return {};
    return deny(AccessAction::connect, session, {});
}

Result<void> Gatekeeper::judge(AccessAction action, const SessionState& session, std::string_view destination,
                               const Headers* headers) {
    const bool allowed = action == AccessAction::send
                             ? allows_send(session, destination, headers)
                             : policy_->allows(action, destination, session.principal.get(), headers);
    if (allowed) return {};
    return deny(action, session, destination);
}

/// A client that tries again and again does not fill the log.
Error Gatekeeper::deny(AccessAction action, const SessionState& session, std::string_view destination) {
    constexpr std::uint64_t told_each = 100;
    if (++denied_ <= told_each || std::has_single_bit(denied_))
        log::info("access_denied", {{"session", session.id},
                                    {"user", session.principal ? session.principal->name : std::string()},
                                    {"action", to_string(action)},
                                    {"destination", destination},
                                    {"count", denied_}});
    return access_denied();
}

}  // namespace stentor::hub
