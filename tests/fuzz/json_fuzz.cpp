// JSON texts of clients: refused, or a value that is the same when it is written and read again.
#include "stentor/json.hpp"

#include "base/utf8.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace stentor;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

struct Inner {
    std::int64_t whole = 0;
    double real = 0;
    bool operator==(const Inner&) const = default;
};
struct Outer {
    std::string text;
    std::optional<bool> flag;
    std::vector<Inner> inner;
    std::map<std::string, std::uint8_t> small;
    bool operator==(const Outer&) const = default;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (whole, real))
BOOST_DESCRIBE_STRUCT(Outer, (), (text, flag, inner, small))

std::size_t depth_of(const boost::json::value& value) {
    std::size_t deepest = 0;
    if (const auto* array = value.if_array())
        for (const auto& each : *array) deepest = std::max(deepest, depth_of(each));
    else if (const auto* object = value.if_object())
        for (const auto& [key, each] : *object) deepest = std::max(deepest, depth_of(each));
    else return 0;
    return deepest + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = json::try_parse(text, {.max_depth = 8});
    if (value) {
        require(base::is_utf8(text));
        require(depth_of(*value) <= 8);
        const auto again = json::try_parse(boost::json::serialize(*value));
        require(again.has_value());
    }
    const auto outer = json::from_json<Outer>(text);
    if (!outer) return 0;
    const auto again = json::from_json<Outer>(json::to_json(*outer));
    require(again.has_value() && *again == *outer);
    return 0;
}
