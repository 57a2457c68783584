#include "transport/sockjs_owner.hpp"

#include <gtest/gtest.h>

namespace stentor::transport {
namespace {

const std::string ours(32, 'a');
const std::string theirs(32, 'b');

SockjsCaller user(std::string name) { return {Principal{std::move(name), {}}, ours, "10.0.0.1"}; }
SockjsCaller anonymous(std::string cookie, std::string address = "10.0.0.1") {
    return {std::nullopt, std::move(cookie), std::move(address)};
}

TEST(SockjsOwner, AUsersSessionIsThatUsersFromAnywhere) {
    SockjsOwner owner(user("alice"), "");
    EXPECT_TRUE(owner.admit({Principal{"alice", {"ADMIN"}}, "", "10.0.0.2"}));
    EXPECT_FALSE(owner.admit(user("bob")));
}

TEST(SockjsS13, NeitherIsAUsersSessionAnonymousNorTheOtherWayRound) {
    SockjsOwner of_user(user("alice"), "");
    EXPECT_FALSE(of_user.admit(anonymous(ours)));
    SockjsOwner of_nobody(anonymous(ours), "");
    EXPECT_FALSE(of_nobody.admit(user("alice")));
    SockjsOwner by_address(anonymous(""), ours);
    EXPECT_FALSE(by_address.admit(user("alice")));
}

TEST(SockjsOwner, ASessionOpenedWithACookieNeedsItAndNothingElse) {
    SockjsOwner owner(anonymous(ours), "");
    EXPECT_TRUE(owner.admit(anonymous(ours, "10.0.0.2")));
    EXPECT_FALSE(owner.admit(anonymous(theirs)));
    EXPECT_FALSE(owner.admit(anonymous("")));
}

TEST(SockjsOwner, WithoutACookieTheAddressDecides) {
    SockjsOwner owner(anonymous(""), ours);
    EXPECT_TRUE(owner.admit(anonymous("")));
    EXPECT_FALSE(owner.admit(anonymous("", "10.0.0.2")));
    EXPECT_TRUE(owner.admit(anonymous(theirs)))
        << "two sessions that a browser opens at once are issued two cookies, of which it keeps the last";
}

TEST(SockjsOwner, WhoShowsTheIssuedCookieBindsTheSessionToIt) {
    SockjsOwner owner(anonymous(""), ours);
    EXPECT_TRUE(owner.admit(anonymous(ours)));
    EXPECT_TRUE(owner.admit(anonymous(ours, "10.0.0.2")));
    EXPECT_FALSE(owner.admit(anonymous("")));
    EXPECT_FALSE(owner.admit(anonymous(theirs)));
}

TEST(SockjsOwner, WhereNoCookieIsIssuedNoneIsGuessed) {
    SockjsOwner owner(anonymous(""), "");
    EXPECT_FALSE(owner.admit(anonymous("", "10.0.0.2")));
    EXPECT_TRUE(owner.admit(anonymous("")));
    EXPECT_TRUE(owner.admit(anonymous("")));
}

std::string cookie_in(std::string_view header) {
    http::Request request;
    request.fields.add("Cookie", header);
    return binding_cookie_of(request);
}

TEST(SockjsBindingCookie, OnlyWhatCouldHaveBeenIssuedIsRead) {
    EXPECT_EQ(cookie_in("a=b; STENTOR_SOCKJS=" + ours + "; c=d"), ours);
    for (const std::string& value :
         {std::string(), std::string("x"), std::string(31, 'a'), std::string(33, 'a'), std::string(32, 'A'),
          std::string(32, 'g'), '"' + ours + '"'})
        EXPECT_EQ(cookie_in("STENTOR_SOCKJS=" + value), "") << value;
    EXPECT_EQ(cookie_in("stentor_sockjs=" + ours), "");
    EXPECT_EQ(binding_cookie_of({}), "");
}

TEST(SockjsBindingCookie, IsForTheEndpointAloneAndOutOfAScriptsReach) {
    EXPECT_EQ(issue_binding_cookie(ours, "/ws", false),
              "STENTOR_SOCKJS=" + ours + "; Path=/ws; HttpOnly; SameSite=Strict");
    EXPECT_EQ(issue_binding_cookie(ours, "/ws;Domain=x", false),
              "STENTOR_SOCKJS=" + ours + "; Path=/; HttpOnly; SameSite=Strict");
    EXPECT_EQ(issue_binding_cookie(ours, "/ws", true),
              "STENTOR_SOCKJS=" + ours + "; Path=/ws; HttpOnly; SameSite=Strict; Secure");
}

}  // namespace
}  // namespace stentor::transport
