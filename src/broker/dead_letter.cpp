#include "broker/dead_letter.hpp"

#include <utility>

namespace stentor::broker {

Message dead_letter(const Message& message, std::string destination) {
    // Its own id: a session that is subscribed to both destinations tells messages apart by it.
    Message letter{std::move(destination), message.headers, message.body, message.id + "-dead"};
    letter.headers.set("dead-letter-destination", message.destination);
    letter.headers.set("dead-letter-reason", "delivery-limit");
    return letter;
}

}  // namespace stentor::broker
