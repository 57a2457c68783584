#include "transport/security_headers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::transport {
namespace {

std::string text(const http::Fields& fields) {
    std::string all;
    for (const http::Field& field : fields) all += field.name + ": " + field.value + "\n";
    return all;
}

TEST(SecurityHeaders, AreAddedToEveryResponse) {
    http::Fields fields;
    add_security_headers(fields, "");
    EXPECT_EQ(text(fields),
              "X-Content-Type-Options: nosniff\nReferrer-Policy: no-referrer\n"
              "Content-Security-Policy: frame-ancestors 'none'\n");
}

/// RFC 6797, 7.2
TEST(SecurityHeaders, ByTlsTheOnlyWayFromNowOnIsTls) {
    http::Fields fields;
    add_security_headers(fields, "max-age=9");
    EXPECT_EQ(fields.find("Strict-Transport-Security"), "max-age=9");
}

TEST(SecurityHeaders, WhatTheResponseItselfSaysStays) {
    http::Fields fields;
    fields.add("content-security-policy", "frame-ancestors https://a.example.com");
    fields.add("X-Content-Type-Options", "nosniff");
    add_security_headers(fields, "");
    EXPECT_EQ(
        text(fields),
        "content-security-policy: frame-ancestors https://a.example.com\nX-Content-Type-Options: nosniff\n"
        "Referrer-Policy: no-referrer\n");
}

}  // namespace
}  // namespace stentor::transport
