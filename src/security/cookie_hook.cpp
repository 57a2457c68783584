#include "security/cookie_hook.hpp"

#include "security/json_object.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace stentor::security {
namespace {

using Kind = AuthenticationAnswer::Kind;
using std::chrono::milliseconds;

constexpr std::size_t longest_value = 4096;
constexpr std::size_t longest_name = 255;
constexpr double longest_session = 400.0 * 24 * 60 * 60;  // seconds

AuthenticationAnswer senseless(const char* what) {
    return AuthenticationAnswer::unavailable(std::string("the backend's answer ") + what);
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name &&
           std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

bool is_cookie_value(std::string_view value) {
    return !value.empty() && value.size() <= longest_value && std::ranges::all_of(value, [](unsigned char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
    });
}

AuthenticationAnswer answer_of_backend(const HttpAnswer& answer) {
    if (answer.status == 0) return AuthenticationAnswer::unavailable("the backend: " + answer.fault);
    if (answer.status == 401 || answer.status == 403)
        return AuthenticationAnswer::refused("the backend knows no such session");
    if (answer.status != 200)
        return AuthenticationAnswer::unavailable("the backend: status " + std::to_string(answer.status));
    const auto object = parse_json_object(answer.body);
    if (!object) return senseless("is no JSON object");
    const auto name = string_in(*object, "name");
    if (!name || !is_name(*name)) return senseless("has no name");

    Authentication found{{std::string(*name)}, std::nullopt, true};
    if (const boost::json::value* const authorities = object->if_contains("authorities")) {
        if (!authorities->is_array()) return senseless("has authorities that are no list");
        for (const boost::json::value& each : authorities->as_array()) {
            if (!each.is_string()) return senseless("has an authority that is no text");
            found.principal.authorities.emplace_back(each.as_string());
        }
    }
    if (const boost::json::value* const expires_in = object->if_contains("expires_in")) {
        if (!expires_in->is_number()) return senseless("has an expires_in that is no number");
        const double seconds = expires_in->to_number<double>();
        if (!(seconds > 0)) return AuthenticationAnswer::refused("the session has ended");
        found.valid_for = milliseconds(std::llround(std::min(seconds, longest_session) * 1000));
    }
    return AuthenticationAnswer::accepted(std::move(found));
}

void CookieHook::ask(const Shown& shown, Done done) {
    const base::TimePoint now = fetch_.now();
    // Who is told is asked with it, as a backend may bind a session to an address.
    const std::string key = digest_(shown.address + (shown.is_secure ? " s " : " - ") + shown.value);
    auto found = verdicts_.find(key);
    if (found != verdicts_.end() && !found->second.is_there)
        return found->second.waiting.push_back(std::move(done));
    if (found != verdicts_.end() && is_fresh(found->second, now)) return done(aged(found->second, now));

    if (found == verdicts_.end()) make_room(now);
    Verdict& verdict = verdicts_[key];
    verdict = {};
    verdict.waiting.push_back(std::move(done));
    HttpQuestion question = settings_.question;
    question.headers = {"Cookie: " + settings_.name + "=" + shown.value, "X-Forwarded-For: " + shown.address,
                        std::string("X-Forwarded-Proto: ") + (shown.is_secure ? "https" : "http")};
    fetch_.get(std::move(question), [weak = weak_from_this(), key](const HttpAnswer& answer) {
        if (const auto self = weak.lock()) self->came(key, answer_of_backend(answer));
    });
}

void CookieHook::came(const std::string& key, AuthenticationAnswer answer) {
    const auto found = verdicts_.find(key);
    if (found == verdicts_.end()) return;
    Verdict& verdict = found->second;
    const std::vector<Done> waiting = std::exchange(verdict.waiting, {});
    verdict.came = fetch_.now();
    verdict.is_there = true;
    verdict.answer = answer;
    // What could not be told now may be told to the next who asks.
    if (answer.kind == Kind::unavailable) verdicts_.erase(found);
    for (const Done& done : waiting) done(answer);
}

bool CookieHook::is_fresh(const Verdict& verdict, base::TimePoint now) const {
    const auto age = now - verdict.came;
    const auto& valid_for = verdict.answer.authentication.valid_for;
    return age < settings_.cache && !(valid_for && age >= *valid_for);
}

/// What is left of a session is less than when the backend said it.
AuthenticationAnswer CookieHook::aged(const Verdict& verdict, base::TimePoint now) const {
    AuthenticationAnswer answer = verdict.answer;
    if (auto& valid_for = answer.authentication.valid_for)
        *valid_for -= std::chrono::floor<milliseconds>(now - verdict.came);
    return answer;
}

/// Those that are over go first, then any that nobody waits for.
void CookieHook::make_room(base::TimePoint now) {
    if (verdicts_.size() < settings_.max_cached) return;
    std::erase_if(verdicts_,
                  [&](const auto& each) { return each.second.is_there && !is_fresh(each.second, now); });
    for (auto at = verdicts_.begin(); at != verdicts_.end() && verdicts_.size() >= settings_.max_cached;)
        at = at->second.is_there ? verdicts_.erase(at) : std::next(at);
}

}  // namespace stentor::security
