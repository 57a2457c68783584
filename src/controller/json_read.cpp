#include "stentor/detail/json_read.hpp"

#include <cmath>

namespace stentor::json {

bool Problem::found(std::string_view what) {
    what_ = what;
    return false;
}

bool Problem::in_field(std::string_view name) {
    const bool joined = !path_.empty() && path_.front() != '[';
    path_ = std::string(name) + (joined ? "." : "") + path_;
    return false;
}

bool Problem::in_element(std::size_t index) {
    const bool joined = !path_.empty() && path_.front() != '[';
    path_ = "[" + std::to_string(index) + "]" + (joined ? "." : "") + path_;
    return false;
}

bool Problem::in_entry() {
    const bool joined = !path_.empty() && path_.front() != '[';
    path_ = std::string("[*]") + (joined ? "." : "") + path_;
    return false;
}

Error Problem::error() const {
    return {Errc::conversion, (path_.empty() ? std::string("the value") : path_) + " " + what_};
}

namespace detail {

// Above 2^53 a double no longer tells neighbouring integers apart, so one that looks whole may have been
// rounded.
constexpr double largest_exact = 9007199254740992.0;

std::optional<std::int64_t> as_int64(const boost::json::value& from) {
    if (const auto* whole = from.if_int64()) return *whole;
    if (const auto* whole = from.if_uint64())
        return *whole <= static_cast<std::uint64_t>(INT64_MAX)
                   ? std::optional(static_cast<std::int64_t>(*whole))
                   : std::nullopt;
    if (const auto* number = from.if_double())
        if (std::fabs(*number) <= largest_exact && std::trunc(*number) == *number)
            return static_cast<std::int64_t>(*number);
    return std::nullopt;
}

std::optional<std::uint64_t> as_uint64(const boost::json::value& from) {
    if (const auto* whole = from.if_uint64()) return *whole;
    const std::optional<std::int64_t> whole = as_int64(from);
    if (!whole || *whole < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*whole);
}

std::optional<double> as_double(const boost::json::value& from) {
    if (const auto* number = from.if_double()) return *number;
    const auto* whole = from.if_int64();
    if (whole && std::fabs(static_cast<double>(*whole)) <= largest_exact) return static_cast<double>(*whole);
    return std::nullopt;
}

}  // namespace detail
}  // namespace stentor::json
