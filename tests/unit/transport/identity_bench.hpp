#pragma once

#include "transport_bench.hpp"

#include <any>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace stentor::transport {

/// Knows bearer tokens, Basic logins (whose passcode is "right") and cookies "id=NAME"; answers at once, or
/// when the test lets it.
class Knows final : public AuthenticationProvider {
public:
    void authenticate(const Credentials& shown, Execution&, Done done) const override {
        ++asked;
        AuthenticationAnswer answer = look_at(shown);
        if (!later || answer.kind == AuthenticationAnswer::Kind::absent) return done(std::move(answer));
        waiting.emplace_back([done = std::move(done), answer = std::move(answer)] { done(answer); });
    }
    [[nodiscard]] std::string challenge() const override { return "Bearer"; }
    void answer_all() const {
        for (const auto& answer : std::exchange(waiting, {})) answer();
    }

    bool later = false;
    mutable int asked = 0;
    mutable std::vector<std::function<void()>> waiting;

private:
    static AuthenticationAnswer look_at(const Credentials& shown) {
        if (shown.token == "broken") return AuthenticationAnswer::unavailable("test");
        if (!shown.token.empty())
            return shown.token.starts_with("of-") ? accept(shown.token.substr(3), false)
                                                  : AuthenticationAnswer::refused("test");
        if (!shown.login.empty())
            return shown.passcode == "right" ? accept(shown.login, true)
                                             : AuthenticationAnswer::refused("test");
        if (const std::size_t at = shown.cookies.find("id="); at != std::string::npos)
            return accept(shown.cookies.substr(at + 3, shown.cookies.find(';', at) - at - 3), true);
        return AuthenticationAnswer::absent();
    }
    static AuthenticationAnswer accept(std::string name, bool is_ambient) {
        return AuthenticationAnswer::accepted(
            {{std::move(name)}, std::chrono::milliseconds(60'000), is_ambient});
    }
};

/// A site whose endpoints ask who clients are.
struct IdentityBench {
    IdentityBench() {
        bench.site.authentication = &manager;
        bench.site.csrf = &csrf;
        bench.site.csrf_header = "X-CSRF-TOKEN";
        for (Endpoint& endpoint : bench.site.endpoints) endpoint.providers = &providers;
    }
    std::string ask(const std::string& request) { return bench.send(bench.connect(), request); }
    std::string who() const {
        return bench.notes.handshake.principal ? bench.notes.handshake.principal->name : "nobody";
    }

    class NoExecution final : public Execution {
        void post(std::function<void()>) override {}
        void run_on_workers(const std::string&, std::function<void()>) override {}
        std::any asio_executor() override { return {}; }
    } execution;
    std::shared_ptr<Knows> knows = std::make_shared<Knows>();
    security::Providers providers{knows};
    security::AuthenticationManager manager{execution};
    security::CsrfTokens csrf{std::as_bytes(std::span("a key of more than 32 bytes, for tests"))};
    TransportBench bench;
};

inline const std::string switched = "HTTP/1.1 101 Switching Protocols";
inline const std::string own_origin = "Origin: http://x\r\n";
inline const std::string by_cookie = "Cookie: id=alice\r\n";
inline const std::string by_token = "Authorization: Bearer of-alice\r\n";

}  // namespace stentor::transport
