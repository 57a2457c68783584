#pragma once

#include <functional>
#include <string_view>

namespace stentor::broker {

/// The shard at which a queue, or a topic whose messages are kept, is at home: by its name, so that all
/// shards agree and nobody need be asked.
inline unsigned home_shard(std::string_view destination, unsigned shards) {
    return static_cast<unsigned>(std::hash<std::string_view>{}(destination) % shards);
}

}  // namespace stentor::broker
