#pragma once

#include "stentor/converters.hpp"
#include "stentor/detail/validate.hpp"
#include "stentor/json.hpp"
#include "stentor/message.hpp"
#include "stentor/named_arguments.hpp"
#include "stentor/result.hpp"
#include "stentor/security.hpp"
#include "stentor/session.hpp"

#include <charconv>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

/// What a controller function may take, told apart by type, in any order: const Message&, const Headers&,
/// Session&, const Principal& (nobody logged in: refused), std::optional<Principal>, Var<"name">,
/// Header<"name">, and at most one payload: std::string or std::string_view (UTF-8 text),
/// std::vector<std::byte> or std::span<const std::byte>, anything json::Readable or with a message converter
/// (converters.hpp), or a std::optional of a payload: empty when there is no body, without which a message is
/// refused otherwise. A struct may check itself (validation.hpp).
namespace stentor {

class Execution;

/// Whether an argument of this type belongs on its session's shard, and so not on a worker.
template <class T>
inline constexpr bool belongs_to_session = std::same_as<T, Session>;

/// One message on its way to a function. `message`, `session` and `execution` are never null.
struct Call {
    MessagePtr message;
    std::string lookup;  ///< the destination without the application prefix; begins with '/'
    std::vector<std::pair<std::string, std::string>> variables = {};  ///< filled in by the router
    std::string reply_to = {};  ///< a destination the asking client wants the result at; empty: none
    std::shared_ptr<SessionState> session;
    /// Who sent it; set by the router: the session's own belongs to its shard, and may be renewed meanwhile.
    std::shared_ptr<const Principal> principal = {};
    Execution* execution = nullptr;          ///< of the session's shard; outlives every call
    const Converters* converters = nullptr;  ///< the application's; set by the router, as `produces`
    std::string_view produces = {};          ///< the content type that the mapping says
};

namespace detail {

Result<std::string_view> variable_of(const Call& call, std::string_view name);
/// The body, when there is one.
Result<std::string_view> payload_of(const Message& message);
/// The same, when it is UTF-8.
Result<std::string_view> text_payload_of(const Message& message);
/// The application's converter from the message's content type to `type`, which may also be made from JSON.
Result<const BoundConverter*> converter_for(const Call& call, std::type_index type, bool json);
Error not_logged_in();
Error missing_header(std::string_view name);
Error bad_text(std::string_view kind, std::string_view name, std::string_view expectation);
Error bad_payload(const Error& error);

/// All of `text` as a T, or nothing.
template <TextConvertible T>
std::optional<T> from_text(std::string_view text) {
    if constexpr (std::same_as<T, std::string>) {
        return std::string(text);
    } else if constexpr (std::same_as<T, bool>) {
        return text == "true" ? std::optional(true) : text == "false" ? std::optional(false) : std::nullopt;
    } else {
        T number{};
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
        // "inf" and "nan" are words, not numbers.
        if (problem != std::errc() || end != text.data() + text.size() || number - number != T{})
            return std::nullopt;
        return number;
    }
}

template <TextConvertible T>
constexpr std::string_view expectation = std::same_as<T, bool>    ? "should be true or false"
                                         : std::floating_point<T> ? "should be a number"
                                                                  : "should be a whole number in range";

inline Result<std::span<const std::byte>> bytes_payload_of(const Message& message) {
    const Result<std::string_view> body = payload_of(message);
    if (!body) return body.error();
    return std::as_bytes(std::span(*body));
}

/// By the application's own converter.
template <class T>
Result<T> converted_payload(const Call& call, std::string_view body) {
    const auto converter = converter_for(call, typeid(T), json::Readable<T>);
    if (!converter) return converter.error();
    Result<T> made{};
    if (const Result<void> read = (*converter)->read(body, &*made); !read) return bad_payload(read.error());
    return made;
}

/// By the content type of the message.
template <class T>
Result<T> unchecked_payload(const Call& call) {
    const Result<std::string_view> body = payload_of(*call.message);
    if (!body) return body.error();
    if constexpr (json::Readable<T>) {
        if (may_be_json(call.message->content_type())) {
            Result<T> made = json::from_json<T>(*body);
            if (!made) return bad_payload(made.error());
            return made;
        }
    }
    if constexpr (std::default_initializable<T>) return converted_payload<T>(call, *body);
    else return converter_for(call, typeid(T), true).error();
}

}  // namespace detail

/// One kind of argument: `Stored` keeps it alive while the function works, `get` gives what the function's
/// parameter is made from. The primary template is the payload that is converted by its content type. A new
/// kind is one more specialisation.
template <class T>
struct Argument {
    static constexpr bool known = json::Readable<T> || has_message_converter<T>;
    static constexpr bool is_payload = true;
    using Stored = T;

    static Result<T> from(const Call& call) {
        Result<T> value = detail::unchecked_payload<T>(call);
        if constexpr (detail::may_be_validated<T>()) {
            if (!value) return value;
            Validation validation;
            detail::validate(*value, validation);
            if (validation.problems() != 0) return detail::bad_payload(validation.error());
        }
        return value;
    }
    static T& get(Stored& stored) { return stored; }
};

/// What every kind but the payloads has in common.
template <class S>
struct PlainArgument {
    static constexpr bool known = true;
    static constexpr bool is_payload = false;
    using Stored = S;
};

template <>
struct Argument<Message> : PlainArgument<MessagePtr> {
    static Result<MessagePtr> from(const Call& call) { return call.message; }
    static const Message& get(const MessagePtr& message) { return *message; }
};

template <>
struct Argument<Headers> : PlainArgument<MessagePtr> {
    static Result<MessagePtr> from(const Call& call) { return call.message; }
    static const Headers& get(const MessagePtr& message) { return message->headers; }
};

template <>
struct Argument<Session> : PlainArgument<Session> {
    static Result<Session> from(const Call& call) { return Session(call.session); }
    static Session& get(Session& session) { return session; }
};

template <>
struct Argument<Principal> : PlainArgument<std::shared_ptr<const Principal>> {
    static Result<Stored> from(const Call& call) {
        if (!call.principal) return detail::not_logged_in();
        return call.principal;
    }
    static const Principal& get(const Stored& principal) { return *principal; }
};

template <>
struct Argument<std::optional<Principal>> : PlainArgument<std::optional<Principal>> {
    static Result<Stored> from(const Call& call) {
        return call.principal ? Stored(*call.principal) : Stored();
    }
    static Stored& get(Stored& principal) { return principal; }
};

template <FixedString Name, class T>
struct Argument<Var<Name, T>> : PlainArgument<Var<Name, T>> {
    static constexpr std::string_view variable = Name.view();

    static Result<Var<Name, T>> from(const Call& call) {
        const Result<std::string_view> text = detail::variable_of(call, variable);
        if (!text) return text.error();
        std::optional<T> value = detail::from_text<T>(*text);
        if (!value) return detail::bad_text("variable", variable, detail::expectation<T>);
        return Var<Name, T>{std::move(*value)};
    }
    static Var<Name, T>& get(Var<Name, T>& stored) { return stored; }
};

template <FixedString Name, class T, class Otherwise>
struct Argument<Header<Name, T, Otherwise>> : PlainArgument<Header<Name, T, Otherwise>> {
    using Made = Header<Name, T, Otherwise>;

    static Result<Made> from(const Call& call) {
        const std::optional<std::string_view> text = call.message->headers.find(Name.view());
        if constexpr (!std::same_as<Otherwise, NoDefault>) {
            if (!text || text->empty()) return Made{Otherwise::template value<T>()};
            return converted<T>(*text);
        } else if constexpr (json::detail::is_optional<T>) {
            if (!text) return Made{};
            return converted<typename T::value_type>(*text);
        } else {
            if (!text) return detail::missing_header(Name.view());
            if constexpr (std::same_as<T, std::vector<std::string>>) return Made{all_of(*call.message)};
            else return converted<T>(*text);
        }
    }
    static Made& get(Made& stored) { return stored; }

private:
    template <class Held>
    static Result<Made> converted(std::string_view text) {
        std::optional<Held> value = detail::from_text<Held>(text);
        if (!value) return detail::bad_text("header", Name.view(), detail::expectation<Held>);
        return Made{std::move(*value)};
    }
    static std::vector<std::string> all_of(const Message& message) {
        std::vector<std::string> values;
        for (const auto& [name, value] : message.headers)
            if (name == Name.view()) values.emplace_back(value);
        return values;
    }
};

template <class S>
struct PayloadArgument {
    static constexpr bool known = true;
    static constexpr bool is_payload = true;
    using Stored = S;
    static S& get(S& stored) { return stored; }
};

template <>
struct Argument<std::string> : PayloadArgument<std::string> {
    static Result<std::string> from(const Call& call) {
        const Result<std::string_view> text = detail::text_payload_of(*call.message);
        if (!text) return text.error();
        return std::string(*text);
    }
};

/// A view into the message, which the call keeps alive until the function has answered.
template <>
struct Argument<std::string_view> : PayloadArgument<std::string_view> {
    static Result<std::string_view> from(const Call& call) { return detail::text_payload_of(*call.message); }
};

template <>
struct Argument<std::span<const std::byte>> : PayloadArgument<std::span<const std::byte>> {
    static Result<std::span<const std::byte>> from(const Call& call) {
        return detail::bytes_payload_of(*call.message);
    }
};

template <>
struct Argument<std::vector<std::byte>> : PayloadArgument<std::vector<std::byte>> {
    static Result<std::vector<std::byte>> from(const Call& call) {
        const auto bytes = detail::bytes_payload_of(*call.message);
        if (!bytes) return bytes.error();
        return std::vector<std::byte>(bytes->begin(), bytes->end());
    }
};

template <class T>
    requires(Argument<T>::is_payload)
struct Argument<std::optional<T>> : PayloadArgument<std::optional<T>> {
    static constexpr bool known = Argument<T>::known;

    static Result<std::optional<T>> from(const Call& call) {
        if (call.message->body.empty()) return std::optional<T>();
        Result<T> value = Argument<T>::from(call);
        if (!value) return value.error();
        return std::optional<T>(std::move(*value));
    }
};

}  // namespace stentor
