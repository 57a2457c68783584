#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::kafka {

/// What Kafka has of a message. Views into what the client library holds.
struct Record {
    std::string_view topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::int64_t timestamp = -1;  ///< milliseconds since 1970; negative: it has none
    std::optional<std::string_view> key = std::nullopt;
    std::optional<std::string_view> value = std::nullopt;  ///< none: a tombstone, by which the key is deleted
    std::vector<std::pair<std::string_view, std::string_view>> headers = {};
};

}  // namespace stentor::kafka
