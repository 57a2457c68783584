#include "relay/dialect.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

TEST(Dialect, IsOfTheServersNameInConnected) {
    EXPECT_EQ(dialect_of("RabbitMQ/3.10.8"), Dialect::rabbitmq);
    EXPECT_EQ(dialect_of("ActiveMQ/5.17.2"), Dialect::activemq);
    EXPECT_EQ(dialect_of("ActiveMQ-Artemis/2.31.2 ActiveMQ Artemis Messaging Engine"), Dialect::artemis);
    EXPECT_EQ(dialect_of("RabbitMQ"), Dialect::rabbitmq);
}

TEST(Dialect, OfAnotherBrokerIsTheSpecifications) {
    for (const char* server : {"", "/", "stentor/0.5", "rabbitmq/3", "RabbitMQX/1", "ActiveMQ-Other/1"})
        EXPECT_EQ(dialect_of(server), Dialect::specification) << server;
}

}  // namespace
}  // namespace stentor::relay
