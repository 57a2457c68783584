#include "base/name_rule.hpp"

#include <gtest/gtest.h>

namespace stentor::base {
namespace {

std::string fault(std::string_view name) { return fault_of_word("the name", name); }

TEST(NameRule, MostTextIsAName) {
    for (const char* name : {"alice", "a b", "a/b", "*", "{x}", "%2F", "alice@example.com", "J\xc3\xbcrgen"})
        EXPECT_EQ(fault(name), "") << name;
    EXPECT_EQ(fault(std::string(255, 'x')), "");
}

TEST(NameRule, A10_WhatNobodyCanBeCalled) {
    EXPECT_EQ(fault(""), "the name is empty");
    EXPECT_EQ(fault(std::string(256, 'x')), "the name is over 255 bytes");
    EXPECT_EQ(fault("a\xff"), "the name is no UTF-8");
    for (const std::string_view name : {std::string_view("a\nb"), std::string_view("a\0b", 3),
                                        std::string_view("\x7f"), std::string_view("a\xc2\x85")})
        EXPECT_EQ(fault(name), "the name has a control character in it");
    EXPECT_EQ(fault("\xef\xbb\xbf"
                    "alice"),
              "the name has a byte order mark in it");
}

}  // namespace
}  // namespace stentor::base
