#include "stentor/session_scope.hpp"

#include "stentor/mapping.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace stentor {
namespace {

struct Cart {
    int items = 0;
};
struct Named {
    explicit Named(std::string n) : name(std::move(n)) {}
    std::string name;
};

std::shared_ptr<SessionState> session(std::string id = "s1") {
    return std::make_shared<SessionState>(SessionState{std::move(id)});
}

TEST(SessionScope, MakesOneForEachSessionWhenItIsAskedFor) {
    int made = 0;
    SessionScope scope;
    scope.set(typeid(Named), [&](Session& s) -> std::shared_ptr<void> {
        ++made;
        return std::make_shared<Named>("of " + s.id());
    });
    const auto one = session("s1");
    const auto other = session("s2");
    EXPECT_EQ(find_scoped<Named>(Session(one)), nullptr);
    EXPECT_EQ((*detail::scoped_in<Named>(Session(one), &scope))->name, "of s1");
    EXPECT_EQ((*detail::scoped_in<Named>(Session(other), &scope))->name, "of s2");
    EXPECT_EQ((*detail::scoped_in<Named>(Session(one), &scope))->name, "of s1");
    EXPECT_EQ(made, 2);
    EXPECT_EQ(find_scoped<Named>(Session(one))->name, "of s1");
}

TEST(SessionScope, WithoutAFactoryTheDefaultConstructorMakesIt) {
    const auto own = session();
    ++(*detail::scoped_in<Cart>(Session(own), nullptr))->items;
    EXPECT_EQ((*detail::scoped_in<Cart>(Session(own), nullptr))->items, 1);
    const auto nothing = detail::scoped_in<Named>(Session(own), nullptr);
    ASSERT_TRUE(nothing.has_error());
    EXPECT_EQ(nothing.error().code, Errc::failed);
}

TEST(SessionScope, ObjectsDieWithTheSession) {
    const auto own = session();
    const std::weak_ptr<Cart> cart = [&] {
        (void)detail::scoped_in<Cart>(Session(own), nullptr);
        return find_scoped<Cart>(Session(own));
    }();
    own->attributes.set("mine", 7);
    EXPECT_FALSE(cart.expired());
    detail::end_scope(*own);
    EXPECT_TRUE(cart.expired());
    EXPECT_EQ(*own->attributes.get<int>("mine"), 7) << "attributes are not its business";
    detail::end_scope(*own);
}

TEST(SessionScope, WhoHasOneKeepsIt) {
    const auto own = session();
    const auto cart = detail::scoped_in<Cart>(Session(own), nullptr);
    detail::end_scope(*own);
    ++(*cart)->items;
    EXPECT_EQ((*cart)->items, 1);
}

TEST(SessionScope, AFactoryMayAskForOthers) {
    SessionScope scope;
    scope.set(typeid(Named), [&](Session& s) -> std::shared_ptr<void> {
        ++(*detail::scoped_in<Cart>(s, &scope))->items;
        return std::make_shared<Named>(s.id());
    });
    const auto own = session();
    EXPECT_TRUE(detail::scoped_in<Named>(Session(own), &scope));
    EXPECT_EQ(find_scoped<Cart>(Session(own))->items, 1);
}

TEST(SessionScope, AFactoryThatFailsIsAskedAgain) {
    int asked = 0;
    SessionScope scope;
    scope.set(typeid(Cart), [&](Session&) -> std::shared_ptr<void> {
        if (++asked == 1) throw std::runtime_error("oops");
        if (asked == 2) return nullptr;
        return std::make_shared<Cart>();
    });
    const auto own = session();
    EXPECT_THROW((void)detail::scoped_in<Cart>(Session(own), &scope), std::runtime_error);
    EXPECT_TRUE(detail::scoped_in<Cart>(Session(own), &scope).has_error());
    EXPECT_TRUE(detail::scoped_in<Cart>(Session(own), &scope));
}

TEST(SessionScope, FactoriesReturnWhatTheyLike) {
    const auto value = detail::shared_object<Named>(Named("a"));
    const auto unique = detail::shared_object<Named>(std::make_unique<Named>("b"));
    const auto shared = detail::shared_object<Named>(std::make_shared<Named>("c"));
    std::string names;
    for (const auto& each : {value, unique, shared}) names += static_cast<Named*>(each.get())->name;
    EXPECT_EQ(names, "abc");
}

TEST(SessionScope, AFunctionOnAWorkerCannotHaveOne) {
    const BoundFunction bound = bind([](Scoped<Cart>) {});
    EXPECT_TRUE(bound.takes_session);
    EXPECT_FALSE(bound.takes_payload);
}

}  // namespace
}  // namespace stentor
