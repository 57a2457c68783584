#include "relay/dialect.hpp"

namespace stentor::relay {

Dialect dialect_of(std::string_view server) {
    const std::string_view name = server.substr(0, server.find('/'));  // STOMP 1.2, "CONNECTED Frame"
    if (name == "RabbitMQ") return Dialect::rabbitmq;
    if (name == "ActiveMQ") return Dialect::activemq;
    if (name == "ActiveMQ-Artemis") return Dialect::artemis;
    return Dialect::specification;
}

}  // namespace stentor::relay
