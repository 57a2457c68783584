#pragma once

#include "broker/subscription.hpp"

namespace stentor::hub {

/// Whether a message passes the subscription's selector.
inline bool wants(const broker::Subscription& subscription, const Message& message) {
    return !subscription.selector || subscription.selector->matches(message.headers);
}

}  // namespace stentor::hub
