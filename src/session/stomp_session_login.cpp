// Who a session's client is: at CONNECT, and when it shows that anew.
// Tests: tests/unit/session/stomp_login_test.cpp, tests/unit/session/stomp_renewal_test.cpp
#include "session/stomp_session.hpp"

#include "stentor/detail/authenticate.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace stentor::session {
namespace {

Error bad_credentials() { return {Errc::forbidden, "Bad credentials"}; }

/// STOMP's headers compare with case; clients write this one either way.
std::optional<std::string_view> authorization_of(const stomp::Frame& frame) {
    const auto header = frame.header("Authorization");
    return header ? header : frame.header("authorization");
}

constexpr std::string_view bearer = "Bearer ";

}  // namespace

Credentials StompSession::credentials_of(const stomp::Frame& frame, Credentials::Shown shown) const {
    Credentials credentials;
    credentials.shown = shown;
    credentials.login = frame.header("login").value_or("");
    credentials.passcode = frame.header("passcode").value_or("");
    if (const auto header = authorization_of(frame); header && header->starts_with(bearer))
        credentials.token = header->substr(bearer.size());
    credentials.endpoint = login_->endpoint;
    credentials.remote_address = outlet_.origin().remote_address;
    return credentials;
}

/// What comes before the answer waits: none of it has an effect when the answer is no. The answer has a time
/// of its own, however long the CONNECT took: so who is delayed is still told.
void StompSession::identify(const stomp::Frame& frame, Accepted accepted) {
    login_->accepted = std::make_unique<Accepted>(std::move(accepted));
    login_->csrf_token = frame.header(settings().logins.csrf_header).value_or("");
    Credentials shown = credentials_of(frame, Credentials::Shown::connect);
    if (login_->is_vouched || (state_->principal && !detail::asks(shown))) return identified({});
    login_->question = shard_.authentication->ask(
        *login_->providers, std::move(shown),
        [this](const security::AuthenticationManager::Outcome& outcome) { identified(outcome); });
    if (login_->question) phase_deadline_ = shard_.timers.now() + settings().connect_timeout;
}

void StompSession::fail_login(const security::LoginError& error) {
    const std::string seconds = std::to_string(error.retry_after.count());
    std::optional<stomp::HeaderView> retry_after;
    if (error.retry_after > std::chrono::seconds(0)) retry_after = {"retry-after", seconds};
    fail(error, std::nullopt, protocol_error, std::nullopt, retry_after);
}

void StompSession::identified(const security::AuthenticationManager::Outcome& outcome) {
    const bool is_later = std::exchange(login_->question, nullptr) != nullptr;
    const auto accepted = std::exchange(login_->accepted, nullptr);
    if (outcome.has_error()) return fail_login(outcome.error());
    auto ok = admit(*outcome);
    if (!ok.has_error()) ok = check_csrf();
    if (!ok.has_error()) ok = take_place();
    if (ok.has_error()) return fail(ok.error(), std::nullopt);
    connected(*accepted);
    if (is_later) go_on_after_connect();
}

Result<void> StompSession::check_csrf() const {
    if (!login_->is_ambient || shard_.csrf == nullptr ||
        shard_.csrf->is_valid(login_->csrf_token, *state_->principal))
        return {};
    return Error{Errc::forbidden, "The CSRF token is missing or wrong"};
}

Result<void> StompSession::take_place() {
    if (shard_.user_quota == nullptr || !state_->principal) return {};
    login_->place = shard_.user_quota->take(state_->principal->name);
    if (login_->place) return {};
    return Error{Errc::too_large, "The user has too many sessions"};
}

/// Whom the transport knows may show the same again, and nothing else: a credential that is wrong, or
/// another's, is no reason to be somebody.
Result<void> StompSession::admit(const std::optional<Authentication>& who) {
    if (login_->is_vouched) {
        login_->is_ambient = false;
        return {};
    }
    const Principal* const known = state_->principal.get();
    if (!who) {
        if (known == nullptr && !settings().logins.anonymous) return bad_credentials();
        return {};
    }
    if (known != nullptr && known->name != who->principal.name) return bad_credentials();
    take_over(*who);
    return {};
}

void StompSession::take_over(const Authentication& who) {
    state_->principal = std::make_shared<const Principal>(who.principal);
    login_->is_ambient = who.is_ambient;
    login_->expires = who.valid_for ? shard_.expiries.now() + *who.valid_for : base::never;
    login_->expiry->set(login_->expires);
}

void StompSession::keep_early(std::string_view payload) {
    login_->early_bytes += payload.size();
    if (login_->early_bytes > settings().limits.max_first_frame)
        return fail({Errc::too_large, "Too much came before CONNECTED"}, std::nullopt);
    uncount_input();
    if (!decoder_) decoder_ = shard_.decoders.take();
    decoder_->feed(payload);
    shard_.input_bytes += decoder_->capacity();
}

/// All of it, for no other turn may come: it is not much.
void StompSession::go_on_after_connect() {
    if (phase_ != Phase::connected || !decoder_) return;
    frames_left_ = settings().limits.max_first_frame;
    uncount_input();
    read();
}

void StompSession::renew(const stomp::Frame& frame, hub::Ticket ticket) {
    if (login_->question) return finished(ticket, Error{Errc::conflict, "A renewal is under way"});
    login_->question =
        shard_.authentication->ask(*login_->providers, credentials_of(frame, Credentials::Shown::renewal),
                                   [this, ticket](const security::AuthenticationManager::Outcome& outcome) {
                                       renewed(outcome, ticket);
                                   });
}

/// Wrong ones end the session: who shows them is not who it was.
void StompSession::renewed(const security::AuthenticationManager::Outcome& outcome, hub::Ticket ticket) {
    const auto question = std::exchange(login_->question, nullptr);
    if (outcome.has_error()) return finished(ticket, outcome.error());
    finished(ticket, *outcome ? renew(**outcome, *login_->providers) : Result<void>(bad_credentials()));
}

Result<void> StompSession::renew(const Authentication& who, const security::Providers& by) {
    const Principal* const known = state_->principal.get();
    if (!login_ || phase_ != Phase::connected || known == nullptr || known->name != who.principal.name ||
        *login_->providers != by)
        return bad_credentials();
    take_over(who);
    shard_.hub.recheck(*this);
    return {};
}

}  // namespace stentor::session
