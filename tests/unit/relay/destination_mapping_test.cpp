#include "relay/destination_mapping.hpp"

#include "messaging/destination_pattern.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace stentor::relay {
namespace {

using Rules = std::vector<MappingRule>;

Errc refusal(std::string_view destination, const DestinationMapping& mapping = {}) {
    const auto name = mapping.to_broker(destination);
    EXPECT_TRUE(name.has_error()) << destination << " -> " << (name.has_value() ? *name : "");
    return name.has_error() ? name.error().code : Errc::failed;
}

std::string name_of(std::string_view destination, const DestinationMapping& mapping = {}) {
    const auto name = mapping.to_broker(destination);
    return name.has_error() ? name.error().message : *name;
}

DestinationMapping made(const Rules& rules) {
    auto mapping = DestinationMapping::make(rules);
    EXPECT_TRUE(mapping.has_value()) << mapping.error().message;
    return *mapping;
}

TEST(DestinationMapping, JoinsTheSegmentsAfterTheFirstByDots) {
    EXPECT_EQ(name_of("/topic/chat/lobby"), "/topic/chat.lobby");
    EXPECT_EQ(name_of("/topic/chat"), "/topic/chat");
    EXPECT_EQ(name_of("/queue/a/b/c"), "/queue/a.b.c");
}

TEST(DestinationMapping, KeepsLettersDigitsMarksAndWhatIsNotAscii) {
    EXPECT_EQ(name_of("/topic/aZ09-_~@+=!$:x"), "/topic/aZ09-_~@+=!$:x");
    EXPECT_EQ(name_of("/topic/caf\xc3\xa9"), "/topic/caf\xc3\xa9");
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

TEST(DestinationMapping, RefusesWhatBrokersKeepForThemselves) {
    for (const char* name : {"/topic/ActiveMQ/Advisory/Connection", "/queue/activemq/management",
                             "/queue/amq/gen-1", "/topic/AMQ", "/topic/$sys/mqtt", "/queue/ACTIVEMQ"})
        EXPECT_EQ(refusal(name), Errc::unsupported) << name;
    EXPECT_EQ(name_of("/topic/amqp"), "/topic/amqp");
    EXPECT_EQ(name_of("/topic/a/amq"), "/topic/a.amq");
}

TEST(DestinationMapping, RefusesAPrefixWithoutAName) { EXPECT_EQ(refusal("/topic"), Errc::unsupported); }

TEST(DestinationMapping, RefusesWhatIsNoDestination) {
    for (const char* wrong :
         {"", "topic/a", "/topic/", "/topic//a", "/topic/..", "/topic/a\n", "/topic/\xff"})
        EXPECT_EQ(refusal(wrong), Errc::malformed);
}

TEST(DestinationMapping, RefusesNamesThatAmqpCouldNotHold) {
    EXPECT_TRUE(DestinationMapping().to_broker("/topic/" + std::string(248, 'x')).has_value());
    EXPECT_EQ(refusal("/topic/" + std::string(249, 'x')), Errc::too_large);
    const DestinationMapping longer = made({{"/t/**", "/exchange/" + std::string(180, 'x') + "/**"}});
    EXPECT_EQ(refusal("/t/" + std::string(100, 'x'), longer), Errc::too_large);
}

TEST(DestinationMappingRules, OneDestinationHasAnotherName) {
    const DestinationMapping mapping = made({{"/queue/audit", "/queue/Consumer.stentor.VirtualTopic.audit"}});
    EXPECT_EQ(name_of("/queue/audit", mapping), "/queue/Consumer.stentor.VirtualTopic.audit");
    EXPECT_EQ(name_of("/queue/audit/a", mapping), "/queue/audit.a");
    EXPECT_EQ(name_of("/queue/audits", mapping), "/queue/audits");
}

TEST(DestinationMappingRules, AllBelowADestinationHaveOtherNames) {
    const DestinationMapping mapping = made({{"/topic/market/**", "/exchange/market/**"}});
    EXPECT_EQ(name_of("/topic/market/eur/usd", mapping), "/exchange/market/eur.usd");
    EXPECT_EQ(name_of("/topic/market", mapping), "/topic/market");
    EXPECT_EQ(name_of("/topic/markets/eur", mapping), "/topic/markets.eur");
}

TEST(DestinationMappingRules, TheJointIsTheRules) {
    const DestinationMapping mapping = made({{"/topic/a/**", "a-**", '-'}, {"/topic/b/**", "/b/**", '/'}});
    EXPECT_EQ(name_of("/topic/a/x/y", mapping), "a-x-y");
    EXPECT_EQ(refusal("/topic/a/x-y", mapping), Errc::unsupported);
    EXPECT_EQ(refusal("/topic/a/x.y", mapping), Errc::unsupported);
    EXPECT_EQ(name_of("/topic/b/x-y/z", mapping), "/b/x-y/z");
}

TEST(DestinationMappingRules, TheOneThatSaysMostCounts) {
    const DestinationMapping mapping = made({{"/topic/**", "/exchange/all/**"},
                                             {"/topic/a/**", "/exchange/a/**"},
                                             {"/topic/a/b", "/exchange/one"},
                                             {"/topic/a/b/**", "/exchange/b/**"}});
    EXPECT_EQ(name_of("/topic/x/y", mapping), "/exchange/all/x.y");
    EXPECT_EQ(name_of("/topic/a", mapping), "/exchange/all/a");
    EXPECT_EQ(name_of("/topic/a/x", mapping), "/exchange/a/x");
    EXPECT_EQ(name_of("/topic/a/b", mapping), "/exchange/one");
    EXPECT_EQ(name_of("/topic/a/b/c", mapping), "/exchange/b/c");
}

TEST(DestinationMappingRules, WhatIsAnothersRulesNameIsRefused) {
    const DestinationMapping mapping =
        made({{"/topic/orders/**", "/topic/VirtualTopic.**"}, {"/queue/audit", "/queue/Consumer.a.b"}});
    EXPECT_EQ(name_of("/topic/orders/x", mapping), "/topic/VirtualTopic.x");
    EXPECT_EQ(refusal("/topic/VirtualTopic/x", mapping), Errc::unsupported);
    EXPECT_EQ(name_of("/topic/VirtualTopic", mapping), "/topic/VirtualTopic");
    EXPECT_EQ(refusal("/queue/Consumer/a/b", mapping), Errc::unsupported);
    EXPECT_EQ(name_of("/queue/Consumer/a/c", mapping), "/queue/Consumer.a.c");
}

TEST(DestinationMappingRules, AreCheckedAtTheStart) {
    const auto wrong = [](const Rules& rules) {
        const auto mapping = DestinationMapping::make(rules);
        return mapping.has_value() ? std::string("none") : mapping.error().message;
    };
    for (const char* destination : {"", "topic/a", "/topic/", "/topic/*", "/topic/*/**", "/topic/a.b",
                                    "/topic/**/a", "/**", "**", "/topic/a\n", "/topic/a,b"})
        EXPECT_TRUE(
            wrong({{destination, "/x/a"}}).starts_with("mapping[0].destination is not of plain names"))
            << destination;
    for (const char* broker :
         {"", "/exchange/a b", "/exchange/*", "/queue/a?b", "/queue/a,b", "/queue/a::b", "/queue/a%2Fb",
          "/queue/a>", "/queue/#", "/temp-queue/a", "/reply-queue/a", "/queue/a\n"})
        EXPECT_TRUE(wrong({{"/topic/a", broker}}).starts_with("mapping[0].broker is no plain name"))
            << broker;
    EXPECT_NE(wrong({{"/topic/a", "/x/" + std::string(198, 'x')}}), "none");
    EXPECT_TRUE(wrong({{"/topic/a/**", "/x/a"}}).starts_with("mapping[0].broker does not end in '**'"));
    EXPECT_TRUE(wrong({{"/topic/a", "/x/**"}}).starts_with("mapping[0].broker ends in '**'"));
    EXPECT_TRUE(wrong({{"/topic/a/**", "/x/a**"}}).starts_with("mapping[0].broker has no '/'"));
    EXPECT_TRUE(wrong({{"/topic/a/**", "/x/**", 'x'}}).starts_with("mapping[0].joint is something else"));
    EXPECT_TRUE(wrong({{"/topic/a", "/x/a"}, {"/topic/a", "/x/b"}})
                    .starts_with("mapping[1].destination is that of another mapping"));
    EXPECT_TRUE(wrong({{"/topic/a/**", "/x/**"}, {"/topic/b/**", "/x/**"}})
                    .starts_with("mapping[1].broker is that of another mapping"));
    EXPECT_EQ(wrong({{"/topic/a", "/x/a"}, {"/topic/a/**", "/x/a/**"}}), "none");
}

TEST(DestinationMappingRules, AreKnownByTheirPrefix) {
    const DestinationMapping mapping = made({{"/a/b/**", "/x/**"}, {"/c", "/y"}});
    EXPECT_TRUE(mapping.has_rule_for("/a/b"));
    EXPECT_FALSE(mapping.has_rule_for("/a"));
    EXPECT_FALSE(mapping.has_rule_for("/c"));
}

/// Names of few letters, so that they often meet.
std::string random_destination(std::mt19937& random) {
    static constexpr std::string_view letters = "ab.-_:$";
    std::string text = random() % 2 == 0 ? "/topic" : "/queue";
    for (auto segments = random() % 4; segments > 0; --segments) {
        text += '/';
        for (auto size = 1 + random() % 3; size > 0; --size) text += letters[random() % letters.size()];
    }
    return text;
}

TEST(DestinationMapping, TwoDestinationsNeverHaveOneNameAndEachFindsBack) {
    const std::vector<Rules> mappings = {
        {},
        {{"/topic/a/**", "/topic/b.**"}, {"/topic/b/**", "/topic/a.**"}},
        {{"/topic/a", "/topic/b.a"}, {"/topic/b/**", "/topic/a-**", '-'}, {"/queue/a/**", "/topic/**", '_'}},
        {{"/topic/**", "/queue/**"}, {"/queue/**", "/topic/**"}},
        {{"/topic/**", "/queue/a.**", '-'}, {"/queue/a/**", "a/**", '/'}, {"/queue/b", "a/a/b"}},
        {{"/topic/a/a/**", "/queue/a_**", '_'}, {"/queue/a", "/queue/a_a"}},
    };
    for (const Rules& rules : mappings) {
        const DestinationMapping mapping = made(rules);
        std::mt19937 random(1);  // NOLINT: each run is the same
        std::map<std::string, std::string> destinations;
        for (int i = 0; i < 20'000; ++i) {
            const std::string destination = random_destination(random);
            const auto name = mapping.to_broker(destination);
            if (name.has_error()) continue;
            const auto [known, is_new] = destinations.emplace(*name, destination);
            ASSERT_EQ(known->second, destination) << *name;
            ASSERT_EQ(mapping.to_client(*name, Dialect::activemq), destination) << *name;
        }
        EXPECT_GT(destinations.size(), 100U);
    }
}

TEST(DestinationMapping, NamesThatClientsCannotNameHaveNoDestination) {
    const DestinationMapping mapping = made({{"/topic/market/**", "/exchange/market/**"}});
    EXPECT_EQ(mapping.to_client("/topic/a.b", Dialect::activemq), "/topic/a/b");
    EXPECT_EQ(mapping.to_client("/exchange/market/a.b", Dialect::activemq), "/topic/market/a/b");
    for (const char* name :
         {"", "/", "/topic", "/topic/", "topic", "a/b", "/topic/a..b", "/topic/.a", "/topic/a/b",
          "/topic/a,b", "/topic/ActiveMQ.Advisory.Connection", "/topic/market.eur", "/exchange/market/",
          "/exchange/market/a/b", "/topic/a%2Eb", "/topic/\xff"})
        EXPECT_EQ(mapping.to_client(name, Dialect::activemq), std::nullopt) << name;
}

TEST(DestinationMapping, RabbitmqWritesWhatIsNotAsciiInHexadecimal) {
    const DestinationMapping mapping;
    EXPECT_EQ(mapping.to_client("/topic/caf%C3%A9.x", Dialect::rabbitmq), "/topic/caf\xc3\xa9/x");
    EXPECT_EQ(mapping.to_client("/topic/caf%C3%A9.x", Dialect::activemq), std::nullopt);
    for (const char* name :
         {"/topic/%", "/topic/a%2", "/topic/a%2F", "/topic/a%zz", "/topic/%00", "/topic/%c3"})
        EXPECT_EQ(mapping.to_client(name, Dialect::rabbitmq), std::nullopt) << name;
}

std::string pattern_of(std::string_view pattern, Dialect dialect, const DestinationMapping& mapping = {}) {
    const auto name = mapping.pattern_to_broker(pattern, dialect);
    return name.has_error() ? to_string(name.error().code) + std::string() : *name;
}

TEST(DestinationMappingPatterns, AreTheBrokersOwn) {
    EXPECT_EQ(pattern_of("/topic/room/*", Dialect::rabbitmq), "/topic/room.*");
    EXPECT_EQ(pattern_of("/topic/*/a", Dialect::rabbitmq), "/topic/*.a");
    EXPECT_EQ(pattern_of("/topic/room/**", Dialect::rabbitmq), "/topic/room.#");
    EXPECT_EQ(pattern_of("/topic/room/*/**", Dialect::artemis), "/topic/room.*.#");
    EXPECT_EQ(pattern_of("/topic/**", Dialect::activemq), "/topic/>");
    EXPECT_EQ(pattern_of("/topic/*/b/**", Dialect::activemq), "/topic/*.b.>");
}

TEST(DestinationMappingPatterns, AreNoneOfAnUnknownBroker) {
    EXPECT_EQ(pattern_of("/topic/*", Dialect::specification), "unsupported");
}

TEST(DestinationMappingPatterns, HavePlainNamesBesides) {
    for (const char* pattern : {"/topic/a.b/*", "/topic/#/*", "/topic/>/**", "/topic/a,b/*",
                                "/topic/ActiveMQ/**", "/*/a", "/topic/a*", "/topic/**/a", "/**", "**"})
        EXPECT_TRUE(DestinationMapping().pattern_to_broker(pattern, Dialect::rabbitmq).has_error())
            << pattern;
    EXPECT_EQ(pattern_of("/topic/" + std::string(248, 'x') + "/*", Dialect::rabbitmq), "too-large");
}

TEST(DestinationMappingPatterns, StayWithinOneRule) {
    const DestinationMapping mapping = made({{"/topic/market/**", "/exchange/market/**"},
                                             {"/topic/market/eur/**", "/exchange/eur/**"},
                                             {"/topic/news", "/topic/paper"},
                                             {"/topic/files/**", "/topic/f.**", '_'}});
    EXPECT_EQ(pattern_of("/topic/market/eur/*", Dialect::rabbitmq, mapping), "/exchange/eur/*");
    EXPECT_EQ(pattern_of("/topic/market/usd/**", Dialect::rabbitmq, mapping), "/exchange/market/usd.#");
    EXPECT_EQ(pattern_of("/topic/market/*", Dialect::rabbitmq, mapping), "/exchange/market/*");
    EXPECT_EQ(pattern_of("/topic/market/**", Dialect::rabbitmq, mapping), "unsupported");
    EXPECT_EQ(pattern_of("/topic/market/*/x", Dialect::rabbitmq, mapping), "unsupported");
    EXPECT_EQ(pattern_of("/topic/**", Dialect::rabbitmq, mapping), "unsupported");
    EXPECT_EQ(pattern_of("/topic/*", Dialect::rabbitmq, mapping), "unsupported");
    EXPECT_EQ(pattern_of("/topic/news/**", Dialect::rabbitmq, mapping), "unsupported");
    EXPECT_EQ(pattern_of("/topic/news/*", Dialect::rabbitmq, mapping), "/topic/news.*");
    EXPECT_EQ(pattern_of("/topic/files/*", Dialect::rabbitmq, mapping), "unsupported");
    EXPECT_EQ(pattern_of("/topic/x/*", Dialect::rabbitmq, mapping), "/topic/x.*");
}

TEST(RelayablePrefix, IsOneSegmentWithoutAMeaningToRabbitmq) {
    for (const char* good : {"/topic", "/queue", "/news"}) EXPECT_TRUE(is_relayable_prefix(good)) << good;
    for (const char* bad : {"", "/", "topic", "/topic/", "/topic/x", "/exchange", "/amq", "/temp-queue",
                            "/temp-topic", "/reply-queue", "/dsub", "/a.b", "/*", "/a::b"})
        EXPECT_FALSE(is_relayable_prefix(bad)) << bad;
}

}  // namespace
}  // namespace stentor::relay
