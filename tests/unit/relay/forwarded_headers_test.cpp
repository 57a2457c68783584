#include "relay/forwarded_headers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace stentor::relay {
namespace {

TEST(ForwardedHeaders, UsersHeadersPass) {
    for (const char* name : {"content-type", "correlation-id", "type", "room", "Room", "my-header",
                             "traceparent", "message", "priority-of-mine", "hosts"})
        EXPECT_TRUE(is_forwarded(name, "x")) << name;
}

TEST(ForwardedHeaders, TheProtocolsOwnDoNotPassR7) {
    for (const char* name : {"login", "passcode", "host", "heart-beat", "accept-version", "destination",
                             "receipt", "receipt-id", "content-length", "transaction", "message-id",
                             "subscription", "ack", "id", "user-name", "session", "server", "version"})
        EXPECT_FALSE(is_forwarded(name, "x")) << name;
}

TEST(ForwardedHeaders, WhatSteersABrokerDoesNotPassA15) {
    for (const char* name : {"x-queue-name",
                             "x-queue-type",
                             "x-message-ttl",
                             "x-dead-letter-exchange",
                             "x-anything",
                             "persistent",
                             "auto-delete",
                             "durable",
                             "exclusive",
                             "prefetch-count",
                             "reply-to",
                             "selector",
                             "transformation",
                             "priority",
                             "expiration",
                             "expires",
                             "timestamp",
                             "user-id",
                             "app-id",
                             "amqp-message-id",
                             "redelivered",
                             "_type",
                             "activemq.prefetchSize",
                             "JMSXGroupID",
                             "AMQ_SCHEDULED_DELAY",
                             "simpSessionId",
                             "nativeHeaders"})
        EXPECT_FALSE(is_forwarded(name, "x")) << name;
}

TEST(ForwardedHeaders, CaseDoesNotHelp) {
    for (const char* name : {"Persistent", "X-QUEUE-NAME", "Reply-To", "PASSCODE"})
        EXPECT_FALSE(is_forwarded(name, "x")) << name;
}

TEST(ForwardedHeaders, WhatAmqpCouldNotHoldDoesNotPass) {
    const std::string longest(255, 'x');
    const std::string longer(256, 'x');
    EXPECT_TRUE(is_forwarded(longest, "x"));
    EXPECT_FALSE(is_forwarded(longer, "x"));
    EXPECT_TRUE(is_forwarded("content-type", longest));
    EXPECT_FALSE(is_forwarded("content-type", longer));
    EXPECT_FALSE(is_forwarded("correlation-id", longer));
    EXPECT_TRUE(is_forwarded("room", longer));
    EXPECT_FALSE(is_forwarded("", "x"));
}

TEST(ForwardedHeaders, OfAMessageTheUsersAreKept) {
    const auto headers = std::to_array<stomp::HeaderView>({{"subscription", "1"},
                                                           {"message-id", "T_1@@session@@1"},
                                                           {"destination", "/topic/a"},
                                                           {"redelivered", "false"},
                                                           {"content-type", "text/plain"},
                                                           {"room", "7"},
                                                           {"content-length", "2"}});
    EXPECT_EQ(users_headers(headers), (Headers{{"content-type", "text/plain"}, {"room", "7"}}));
}

TEST(ForwardedHeaders, OfRepeatedOnesTheFirstCountsStomp12RepeatedHeaderEntries) {
    const auto headers = std::to_array<stomp::HeaderView>({{"room", "1"}, {"room", "2"}});
    EXPECT_EQ(users_headers(headers), (Headers{{"room", "1"}}));
}

}  // namespace
}  // namespace stentor::relay
