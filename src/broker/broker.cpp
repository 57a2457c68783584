#include "broker/broker.hpp"

#include "broker/gather.hpp"

#include <memory>
#include <utility>

namespace stentor::broker {

void Broker::publish_all(std::vector<MessagePtr> messages, Done done) {
    if (messages.empty()) return done({});
    const auto gather = std::make_shared<Gather>(messages.size(), std::move(done));
    for (MessagePtr& message : messages) {
        publish(std::move(message), [gather](const Result<void>& result) { gather->one(result); });
        if (gather->is_done()) return;
    }
}

}  // namespace stentor::broker
