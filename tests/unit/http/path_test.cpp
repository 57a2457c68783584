#include "http/path.hpp"

#include "http/request_parser.hpp"

#include <gtest/gtest.h>

namespace stentor::http {
namespace {

TEST(HttpPath, IsPercentDecodedOnce) {
    EXPECT_EQ(decode_path("/%77s"), "/ws");
    EXPECT_EQ(decode_path("/a%20b"), "/a b");
    EXPECT_EQ(decode_path("/%2541"), "/%41");
    EXPECT_EQ(decode_path("/caf%C3%A9"), "/caf\xC3\xA9");
    EXPECT_EQ(decode_path("/"), "/");
    EXPECT_EQ(decode_path("//ws;x=y/"), "//ws;x=y/");
}

TEST(HttpPath, BrokenEscapesAreRefused) {
    for (const char* raw : {"/%", "/%4", "/%zz", "/%4g", "/%%41", "/%-1", "/% 1"})
        EXPECT_FALSE(decode_path(raw)) << raw;
}

TEST(HttpPath, WhatIsNoTextForAPathIsRefused) {
    for (const char* raw : {"", "a", "%2Fa", "/%00", "/%0d%0a", "/%7f", "/%1f", "/\\", "/%5c", "/%ff",
                            "/%c0%ae", "/%ed%a0%80"}) {
        EXPECT_FALSE(decode_path(raw)) << raw;
    }
}

TEST(HttpPath, DotSegmentsAreRefusedHoweverTheyAreWritten) {
    for (const char* raw :
         {"/..", "/.", "/../a", "/a/./b", "/a/..", "/%2e%2e/", "/.%2E", "/..%2f..%2fetc/passwd", "/a%2f.."}) {
        EXPECT_FALSE(decode_path(raw)) << raw;
    }
    for (const char* raw : {"/...", "/a..b", "/.well-known", "/a.", "/..a"})
        EXPECT_TRUE(decode_path(raw)) << raw;
}

TEST(HttpPath, HasDotSegmentLooksAtWholeSegments) {
    EXPECT_TRUE(has_dot_segment("/a/.."));
    EXPECT_TRUE(has_dot_segment("."));
    EXPECT_FALSE(has_dot_segment("/a../b"));
    EXPECT_FALSE(has_dot_segment(""));
}

TEST(HttpPath, PercentDecodePathLeavesDotSegmentsToItsCaller) {
    EXPECT_EQ(percent_decode_path("/%2e%2e"), "/..");
}

}  // namespace
}  // namespace stentor::http
