#include "relay/destination_mapping.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

Errc refusal(std::string_view destination) {
    const auto name = to_broker_destination(destination);
    EXPECT_TRUE(name.has_error()) << destination;
    return name.has_error() ? name.error().code : Errc::failed;
}

TEST(DestinationMapping, JoinsTheSegmentsAfterTheFirstByDots) {
    EXPECT_EQ(to_broker_destination("/topic/chat/lobby").value(), "/topic/chat.lobby");
    EXPECT_EQ(to_broker_destination("/topic/chat").value(), "/topic/chat");
    EXPECT_EQ(to_broker_destination("/queue/a/b/c").value(), "/queue/a.b.c");
}

TEST(DestinationMapping, KeepsLettersDigitsMarksAndWhatIsNotAscii) {
    EXPECT_EQ(to_broker_destination("/topic/aZ09-_~@+=!$:x").value(), "/topic/aZ09-_~@+=!$:x");
    EXPECT_EQ(to_broker_destination("/topic/caf\xc3\xa9").value(), "/topic/caf\xc3\xa9");
}

TEST(DestinationMapping, RefusesADotBecauseItCouldNotBeToldFromAJoint) {
    EXPECT_EQ(refusal("/topic/chat.lobby"), Errc::unsupported);
    EXPECT_EQ(refusal("/topic/a/b.c"), Errc::unsupported);
}

TEST(DestinationMapping, RefusesWhatBrokersReadAsPatterns) {
    for (const char* pattern : {"/topic/*", "/topic/#", "/topic/>", "/topic/a/**", "/topic/a*", "/topic/{x}"})
        EXPECT_EQ(refusal(pattern), Errc::unsupported);
}

TEST(DestinationMapping, RefusesCompositesOptionsAndFullyQualifiedQueuesA12) {
    for (const char* composite : {"/queue/a,b", "/queue/a?consumer.exclusive=true", "/queue/a::b",
                                  "/queue/a%2Fb", "/queue/a;b", "/queue/a b", "/queue/a\\b", "/queue/\"a\"",
                                  "/queue/<a>", "/queue/a&b", "/queue/a|b", "/queue/`a`", "/queue/(a)"})
        EXPECT_EQ(refusal(composite), Errc::unsupported);
}

TEST(DestinationMapping, RefusesAPrefixWithoutAName) { EXPECT_EQ(refusal("/topic"), Errc::unsupported); }

TEST(DestinationMapping, RefusesWhatIsNoDestination) {
    for (const char* wrong :
         {"", "topic/a", "/topic/", "/topic//a", "/topic/..", "/topic/a\n", "/topic/\xff"})
        EXPECT_EQ(refusal(wrong), Errc::malformed);
}

TEST(DestinationMapping, RefusesNamesThatAmqpCouldNotHold) {
    EXPECT_TRUE(to_broker_destination("/topic/" + std::string(248, 'x')).has_value());
    EXPECT_EQ(refusal("/topic/" + std::string(249, 'x')), Errc::too_large);
}

TEST(DestinationMapping, TwoDestinationsNeverShareAName) {
    EXPECT_NE(to_broker_destination("/topic/a/b").value(), to_broker_destination("/topic/ab").value());
    EXPECT_NE(to_broker_destination("/topic/a/b").value(), to_broker_destination("/queue/a/b").value());
}

TEST(RelayablePrefix, IsOneSegmentWithoutAMeaningToRabbitmq) {
    for (const char* good : {"/topic", "/queue", "/news"}) EXPECT_TRUE(is_relayable_prefix(good)) << good;
    for (const char* bad : {"", "/", "topic", "/topic/", "/topic/x", "/exchange", "/amq", "/temp-queue",
                            "/temp-topic", "/reply-queue", "/dsub", "/a.b", "/*", "/a::b"})
        EXPECT_FALSE(is_relayable_prefix(bad)) << bad;
}

}  // namespace
}  // namespace stentor::relay
