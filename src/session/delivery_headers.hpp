#pragma once

#include "broker/subscription.hpp"
#include "session/acks.hpp"
#include "stomp/frame.hpp"

#include <boost/container/static_vector.hpp>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace stentor::session {

/// The headers of a MESSAGE frame that tell of this delivery alone. Shard-local.
class DeliveryHeaders {
public:
    /// `ack`: by which the client is to acknowledge it, where a header says so.
    DeliveryHeaders(std::optional<Acks::Id> ack, const broker::Delivery& delivery) {
        if (ack) add("ack", *ack, ack_);
        if (delivery.redelivered) all_.push_back({"redelivered", "true"});
        if (delivery.before.skipped != 0) add("x-skipped", delivery.before.skipped, skipped_);
        if (delivery.before.conflated != 0) add("x-conflated", delivery.before.conflated, conflated_);
    }
    DeliveryHeaders(const DeliveryHeaders&) = delete;
    DeliveryHeaders& operator=(const DeliveryHeaders&) = delete;

    [[nodiscard]] std::span<const stomp::HeaderView> all() const { return all_; }

private:
    using Digits = std::array<char, 20>;  // of any 64-bit number

    void add(std::string_view name, std::uint64_t number, Digits& digits) {
        const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        all_.push_back({name, std::string_view(digits.data(), end)});
    }

    Digits ack_;
    Digits skipped_;
    Digits conflated_;
    boost::container::static_vector<stomp::HeaderView, 4> all_;
};

}  // namespace stentor::session
