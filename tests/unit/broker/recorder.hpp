#pragma once

#include "broker/subscription.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stentor::broker::test {

inline MessagePtr message(std::string destination, std::string body = {}) {
    return std::make_shared<const Message>(Message{std::move(destination), {}, std::move(body), {}});
}

/// A subscription with who gets its messages: the bodies, in order, and what there is to settle.
class Recorder final : public Subscriber {
public:
    explicit Recorder(std::string to)
        : id("sub-0"), destination(std::move(to)), subscription{*this, id, destination} {}
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    void deliver(const Subscription&, const Delivery& delivery) override {
        bodies.push_back(delivery.message->body);
        redelivered.push_back(delivery.redelivered);
        skipped.push_back(delivery.before.skipped);
        if (delivery.number != 0) pending.emplace(delivery.number, delivery.message);
    }
    void overflowed(const Subscription&) override { ++overflows; }

    const std::string id;
    const std::string destination;
    Subscription subscription;
    std::vector<std::string> bodies;
    std::vector<bool> redelivered;                ///< for each of the bodies
    std::vector<std::uint32_t> skipped;           ///< before each of them
    std::map<std::uint64_t, MessagePtr> pending;  ///< by number, what is under way to it
    int overflows = 0;
};

}  // namespace stentor::broker::test
