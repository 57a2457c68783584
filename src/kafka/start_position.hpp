#pragma once

#include "stentor/message.hpp"
#include "stentor/result.hpp"

#include <cstdint>
#include <map>
#include <string_view>
#include <variant>

namespace stentor::kafka {

/// From now on.
struct Latest {
    friend bool operator==(const Latest&, const Latest&) = default;
};
/// All that there is.
struct Earliest {
    friend bool operator==(const Earliest&, const Earliest&) = default;
};
/// What was written at that time, in milliseconds since 1970, or later.
struct Since {
    std::int64_t timestamp;
    friend bool operator==(const Since&, const Since&) = default;
};
/// Of these partitions what has that offset or a later one, of the others from now on.
struct Offsets {
    std::map<std::int32_t, std::int64_t> first;
    friend bool operator==(const Offsets&, const Offsets&) = default;
};
/// Where a subscription begins in its topic.
using StartPosition = std::variant<Latest, Earliest, Since, Offsets>;

/// Of a SUBSCRIBE's headers: `offset` with `partition` (0 if it is not said), `offset:earliest`,
/// `offset:latest`, or `timestamp`. Several partitions are `offset:0=120,1=95`.
Result<StartPosition> read_start_position(const Headers& headers);

}  // namespace stentor::kafka
