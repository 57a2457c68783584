#include "stentor/json.hpp"

#include <boost/container/small_vector.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace stentor::json {
namespace {

using boost::json::error_code;
using boost::json::string_view;

/// What Boost.JSON's parser calls: builds the value and refuses what RFC 8259 leaves open. Strings and
/// numbers come whole, because the text does.
class Builder {
public:
    static constexpr std::size_t max_object_size = -1;
    static constexpr std::size_t max_array_size = -1;
    static constexpr std::size_t max_string_size = boost::json::string::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();

    Builder(const Limits& limits, boost::json::storage_ptr storage)
        : limits_(limits), stack_({}, first_block_, sizeof first_block_) {
        stack_.reset(std::move(storage));
    }
    [[nodiscard]] const Error& refusal() const { return refusal_; }
    boost::json::value release() { return stack_.release(); }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t n, error_code&) { return stack_.push_array(n), true; }
    bool on_object_begin(error_code&) { return object_starts_.push_back(keys_.size()), true; }
    bool on_object_end(std::size_t n, error_code& ec);
    bool on_key_part(string_view part, std::size_t, error_code&) {
        key_ += std::string_view(part);
        return stack_.push_chars(part), true;
    }
    bool on_key(string_view rest, std::size_t, error_code& ec);
    bool on_string_part(string_view part, std::size_t, error_code& ec) {
        if (has_nul(part)) return refuse(ec, Errc::malformed, "U+0000 in a string");
        return stack_.push_chars(part), true;
    }
    bool on_string(string_view rest, std::size_t, error_code& ec) {
        if (has_nul(rest)) return refuse(ec, Errc::malformed, "U+0000 in a string");
        return stack_.push_string(rest), true;
    }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, string_view literal, error_code& ec) {
        return fits(literal, ec) && (stack_.push_int64(number), true);
    }
    bool on_uint64(std::uint64_t number, string_view literal, error_code& ec) {
        return fits(literal, ec) && (stack_.push_uint64(number), true);
    }
    bool on_double(double, string_view literal, error_code& ec);
    bool on_bool(bool value, error_code&) { return stack_.push_bool(value), true; }
    bool on_null(error_code&) { return stack_.push_null(), true; }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

private:
    /// An escaped U+0000; a bare one is already refused as a control character.
    static bool has_nul(string_view text) {
        return std::string_view(text).find('\0') != std::string_view::npos;
    }
    bool fits(string_view literal, error_code& ec) {
        return literal.size() <= limits_.max_number_bytes || refuse(ec, Errc::too_large, "too long a number");
    }
    bool refuse(error_code& ec, Errc code, const char* what) {
        refusal_ = Error{code, what};
        ec = boost::json::error::syntax;
        return false;
    }

    const Limits& limits_;
    unsigned char first_block_[1024];
    boost::json::value_stack stack_;
    std::string key_;
    boost::container::small_vector<std::string, 8> keys_;           // of all open objects, the innermost last
    boost::container::small_vector<std::size_t, 8> object_starts_;  // where in keys_ each open object begins
    Error refusal_;
};

bool Builder::on_key(string_view rest, std::size_t, error_code& ec) {
    key_ += std::string_view(rest);
    if (has_nul(key_)) return refuse(ec, Errc::malformed, "U+0000 in a key");
    if (keys_.size() - object_starts_.back() >= limits_.max_object_keys)
        return refuse(ec, Errc::too_large, "too many keys in an object");
    keys_.push_back(std::exchange(key_, {}));
    return stack_.push_key(rest), true;
}

bool Builder::on_object_end(std::size_t n, error_code& ec) {
    const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(object_starts_.back());
    std::sort(begin, keys_.end());
    if (std::adjacent_find(begin, keys_.end()) != keys_.end())
        return refuse(ec, Errc::malformed, "duplicate key in an object");
    keys_.erase(begin, keys_.end());
    object_starts_.pop_back();
    return stack_.push_object(n), true;
}

bool Builder::on_double(double rough, string_view literal, error_code& ec) {
    if (!fits(literal, ec)) return false;
    // An integer beyond 64 bits arrives here rounded; it is refused, never rounded silently.
    if (std::string_view(literal).find_first_of(".eE") == std::string_view::npos)
        return refuse(ec, Errc::too_large, "too large a number");
    // from_chars rounds correctly to the last bit, which the parser's own arithmetic (`rough`) does not. It
    // calls underflow out of range too; that is zero.
    double number = 0;
    const auto problem = std::from_chars(literal.data(), literal.data() + literal.size(), number).ec;
    if (problem != std::errc() && !(std::fabs(rough) < 1))
        return refuse(ec, Errc::too_large, "too large a number");
    return stack_.push_double(number), true;
}

}  // namespace

JsonError::JsonError(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}

Result<boost::json::value> try_parse(std::string_view text, const Limits& limits,
                                     boost::json::storage_ptr storage) {
    boost::json::parse_options options;
    options.max_depth = limits.max_depth;
    boost::json::basic_parser<Builder> parser(options, limits, std::move(storage));
    error_code ec;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && read < text.size()) ec = boost::json::error::extra_data;
    if (!ec) return parser.handler().release();
    if (!parser.handler().refusal().message.empty()) {
        const Error& refusal = parser.handler().refusal();
        return Error{refusal.code, "not accepted as JSON: " + refusal.message};
    }
    if (ec == boost::json::error::too_deep) return Error{Errc::too_large, "not accepted as JSON: too deep"};
    return Error{Errc::malformed, "not JSON, at byte " + std::to_string(read)};
}

boost::json::value parse(std::string_view text, const Limits& limits) {
    Result<boost::json::value> value = try_parse(text, limits);
    if (!value) throw JsonError(value.error());
    return std::move(*value);
}

}  // namespace stentor::json
