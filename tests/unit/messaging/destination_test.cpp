#include "messaging/destination.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::messaging {
namespace {

using namespace std::string_view_literals;

Error refusal(std::string_view destination) {
    const Result<void> checked = check_destination(destination);
    return checked ? Error{Errc::failed, "accepted"} : checked.error();
}

std::vector<std::string_view> segments(std::string_view rest) {
    std::vector<std::string_view> all;
    while (!rest.empty()) all.push_back(next_segment(rest));
    return all;
}

TEST(Destination, IsSegmentsAfterSlashes) {
    for (const auto* destination :
         {"/topic/a", "/a", "/topic/a.b.c", "/topic/...", "/topic/.a", "/user/queue/x", "/topic/a b",
          "/topic/caf\u00e9", "/topic/\U0001F600", "/topic/*", "/topic/{x}", "/topic/%2fsecret",
          "/topic/%2e%2e", "/TOPIC/a", "/topic/a:b", "/topic/a\\b"})
        EXPECT_TRUE(check_destination(destination)) << destination;
}

TEST(Destination, BeginsWithASlash) {
    for (const auto* destination : {"", "topic/a", "topic", " /topic/a", ".", "..", "a/"})
        EXPECT_EQ(refusal(destination), (Error{Errc::malformed, "the destination does not begin with '/'"}))
            << destination;
}

TEST(Destination, HasNoEmptySegment) {
    for (const auto* destination : {"/", "//", "//topic/x", "/topic//x", "/topic/", "/topic//"})
        EXPECT_EQ(refusal(destination), (Error{Errc::malformed, "the destination has an empty segment"}))
            << destination;
}

TEST(Destination, HasNoDotSegment) {
    for (const auto* destination : {"/.", "/..", "/topic/../queue/secret", "/topic/./x", "/topic/.."})
        EXPECT_EQ(refusal(destination), (Error{Errc::malformed, "the destination has a '.' or '..' segment"}))
            << destination;
}

TEST(Destination, HasNoControlCharacter) {
    for (const auto destination :
         {"/topic/\0"sv, "/a\nb"sv, "/a\r"sv, "/\t"sv, "/a\x1f"sv, "/a\x7f"sv, "/a\u0080b"sv, "/a\u009f"sv})
        EXPECT_EQ(refusal(destination), (Error{Errc::malformed, "the destination has a control character"}))
            << destination;
    EXPECT_TRUE(check_destination("/a\u00a0"));
}

TEST(Destination, IsUtf8) {
    for (const auto destination : {"/\xff"sv, "/a\xc2"sv, "/\xc0\xaf"sv, "/\xed\xa0\x80"sv})
        EXPECT_EQ(refusal(destination), (Error{Errc::malformed, "the destination is not UTF-8"}));
}

TEST(Destination, IsNotTooLong) {
    EXPECT_TRUE(check_destination("/" + std::string(254, 'x')));
    EXPECT_EQ(refusal("/" + std::string(255, 'x')),
              (Error{Errc::too_large, "the destination is longer than 255 bytes"}));
    EXPECT_EQ(refusal(std::string(65536, '/')),
              (Error{Errc::too_large, "the destination is longer than 255 bytes"}));
    EXPECT_TRUE(check_destination("/" + std::string(1000, 'x'), {.max_bytes = 1001}));
}

TEST(Destination, HasNotTooManySegments) {
    std::string destination;
    for (int i = 0; i < 16; ++i) destination += "/x";
    EXPECT_TRUE(check_destination(destination));
    EXPECT_EQ(refusal(destination + "/x"),
              (Error{Errc::too_large, "the destination has more than 16 segments"}));
    EXPECT_EQ(check_destination("/a/b", {.max_segments = 1}).error(),
              (Error{Errc::too_large, "the destination has more than 1 segments"}));
}

TEST(DestinationPrefix, IsOfWholeSegments) {
    EXPECT_TRUE(has_prefix("/topic", "/topic"));
    EXPECT_TRUE(has_prefix("/topic/x", "/topic"));
    EXPECT_TRUE(has_prefix("/topic/x/y", "/topic/x"));
    EXPECT_FALSE(has_prefix("/topicX", "/topic"));
    EXPECT_FALSE(has_prefix("/top", "/topic"));
    EXPECT_FALSE(has_prefix("/Topic/x", "/topic"));
    EXPECT_FALSE(has_prefix("/queue/topic", "/topic"));
}

TEST(DestinationPrefix, ATrailingSlashIsIgnored) {
    EXPECT_TRUE(has_prefix("/topic", "/topic/"));
    EXPECT_TRUE(has_prefix("/topic/x", "/topic/"));
    EXPECT_FALSE(has_prefix("/topicX", "/topic/"));
}

TEST(DestinationPrefix, NothingIsAPrefixOfEveryDestination) {
    EXPECT_TRUE(has_prefix("/a", ""));
    EXPECT_TRUE(has_prefix("/a", "/"));
    EXPECT_FALSE(has_prefix("a", ""));
}

TEST(DestinationPrefix, TakenAwayLeavesTheRestWithItsSlash) {
    EXPECT_EQ(without_prefix("/app/hello", "/app"), "/hello");
    EXPECT_EQ(without_prefix("/app/hello/x", "/app/"), "/hello/x");
    EXPECT_EQ(without_prefix("/app", "/app"), "/");
    EXPECT_EQ(without_prefix("/app", "/app/"), "/");
    EXPECT_EQ(without_prefix("/app/", "/app"), "/");
    EXPECT_EQ(without_prefix("/hello", ""), "/hello");
    EXPECT_EQ(without_prefix("/hello", "/"), "/hello");
}

TEST(DestinationSegments, AreTakenOffOneByOne) {
    std::string_view rest = "/a/b";
    EXPECT_EQ(next_segment(rest), "a");
    EXPECT_EQ(rest, "/b");
    EXPECT_EQ(next_segment(rest), "b");
    EXPECT_EQ(rest, "");
}

TEST(DestinationSegments, MayBeEmptyInWhatWasNotChecked) {
    using Segments = std::vector<std::string_view>;
    EXPECT_EQ(segments("/"), (Segments{""}));
    EXPECT_EQ(segments("//a/"), (Segments{"", "a", ""}));
    EXPECT_EQ(segments("a/b"), (Segments{"a", "b"}));
}

}  // namespace
}  // namespace stentor::messaging
