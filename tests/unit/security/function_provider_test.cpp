// What stentor/detail/authenticate.hpp makes of a function.
#include "stentor/detail/authenticate.hpp"

#include <gtest/gtest.h>

namespace stentor::detail {
namespace {

class NoExecution final : public Execution {
public:
    void post(std::function<void()>) override {}
    void run_on_workers(const std::string&, std::function<void()>) override {}
    std::any asio_executor() override { return {}; }
};

template <class F>
AuthenticationAnswer ask(F function, const Credentials& shown) {
    NoExecution execution;
    AuthenticationAnswer answer;
    provider_of(std::move(function))->authenticate(shown, execution, [&](AuthenticationAnswer a) {
        answer = std::move(a);
    });
    return answer;
}

const auto alice = [](const Credentials&) { return std::optional(Principal{"alice"}); };
const auto alice_for_now = [](const Credentials&) { return std::optional(Authentication{{"alice"}}); };
const auto nobody = [](const Credentials&) { return std::optional<Principal>(); };

TEST(FunctionProvider, WhatABrowserShowsByItselfIsAmbient) {
    for (const Credentials& shown :
         {Credentials{.login = "a", .passcode = "b", .shown = Credentials::Shown::handshake},
          Credentials{.cookies = "a=b", .shown = Credentials::Shown::handshake}}) {
        EXPECT_TRUE(ask(alice, shown).authentication.is_ambient);
        EXPECT_TRUE(ask(alice_for_now, shown).authentication.is_ambient);
    }
    for (const Credentials& shown : {Credentials{.login = "a", .passcode = "b"},
                                     Credentials{.token = "t", .shown = Credentials::Shown::handshake},
                                     Credentials{.token = "t", .shown = Credentials::Shown::renewal}}) {
        EXPECT_FALSE(ask(alice, shown).authentication.is_ambient);
        EXPECT_FALSE(ask(alice_for_now, shown).authentication.is_ambient);
    }
}

TEST(FunctionProvider, WhoShowsSomethingThatIsNobodysIsRefused) {
    EXPECT_EQ(ask(nobody, {.login = "a"}).kind, AuthenticationAnswer::Kind::refused);
    EXPECT_EQ(ask(nobody, {.token = "a"}).kind, AuthenticationAnswer::Kind::refused);
    EXPECT_EQ(ask(nobody, {.cookies = "a=b"}).kind, AuthenticationAnswer::Kind::absent);
}

}  // namespace
}  // namespace stentor::detail
