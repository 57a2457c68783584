#pragma once

#include <cstdint>
#include <string_view>

namespace stentor::relay {

/// Which broker is spoken to, where the specification leaves things to it.
enum class Dialect : std::uint8_t {
    specification,  ///< one that is not known: nothing beyond STOMP 1.2 is asked of it
    rabbitmq,
    activemq,
    artemis,
};

/// Of CONNECTED's header `server` ("RabbitMQ/3.10.8", "ActiveMQ/5.17.2", "ActiveMQ-Artemis/2.31.2 ..."),
/// empty when there is none.
Dialect dialect_of(std::string_view server);

}  // namespace stentor::relay
