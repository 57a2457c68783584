#pragma once

#include "stentor/detail/json_read.hpp"
#include "stentor/detail/json_write.hpp"
#include "stentor/result.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

/// JSON texts, and C++ types described by Boost.Describe (`BOOST_DESCRIBE_STRUCT(Greeting, (), (content))`)
/// from and to JSON. Text from a peer is refused, never repaired: RFC 8259 and the limits below.
namespace stentor::json {

/// What a text may hold.
struct Limits {
    std::size_t max_depth = 64;          ///< arrays and objects inside each other
    std::size_t max_number_bytes = 64;   ///< of one number literal
    std::size_t max_object_keys = 1000;  ///< of one object
};

/// Thrown by `parse`. what() never quotes the text.
class JsonError : public std::runtime_error {
public:
    explicit JsonError(Error error);
    [[nodiscard]] const Error& error() const { return error_; }

private:
    Error error_;
};

/// One JSON value with nothing but white space around it. Refused beside what RFC 8259 refuses: duplicate
/// keys, U+0000, numbers no C++ number can hold, anything above the limits.
Result<boost::json::value> try_parse(std::string_view text, const Limits& limits = {},
                                     boost::json::storage_ptr storage = {});
/// As `try_parse`; throws JsonError.
boost::json::value parse(std::string_view text, const Limits& limits = {});

/// A T from a JSON value. A missing field is an error unless it is a std::optional; fields T does not have
/// are ignored. The error names the field's path ("items[2].price should be a number") and never the value.
template <Readable T>
Result<T> from_value(const boost::json::value& value) {
    T made{};
    Problem problem;
    if (!detail::read(value, made, problem)) return problem.error();
    return made;
}

/// A T from a JSON text.
template <Readable T>
Result<T> from_json(std::string_view text, const Limits& limits = {}) {
    unsigned char first_block[2048];
    boost::json::monotonic_resource memory(first_block, sizeof first_block);
    const Result<boost::json::value> value = try_parse(text, limits, &memory);
    if (!value) return value.error();
    return from_value<T>(*value);
}

/// Appends `from` as JSON. A struct's empty optionals are left out.
template <Writable T>
void append_json(std::string& out, const T& from) {
    detail::write(out, from);
}

template <Writable T>
[[nodiscard]] std::string to_json(const T& from) {
    std::string out;
    out.reserve(120);  // most are short; not a growth for each doubling
    append_json(out, from);
    return out;
}

}  // namespace stentor::json
