#pragma once

#include "stentor/attributes.hpp"
#include "stentor/json.hpp"
#include "stentor/message.hpp"
#include "stentor/result.hpp"
#include "stentor/security.hpp"

#include <charconv>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a controller function may take, told apart by type, in any order: const Message&, const Headers&,
/// Session&, const Principal& (nobody logged in: refused), std::optional<Principal>, Var<"name">,
/// Header<"name">, and at most one payload: std::string or std::string_view (UTF-8 text),
/// std::vector<std::byte> or std::span<const std::byte>, anything json::Readable, or a std::optional of a
/// payload (empty when there is no body).
namespace stentor {

class Execution;

/// A text as a template argument.
template <std::size_t N>
struct FixedString {
    char text[N];

    consteval FixedString(const char (&literal)[N]) {
        for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
    }
    [[nodiscard]] constexpr std::string_view view() const { return {text, N - 1}; }
};

/// What a Var or a Header may hold.
template <class T>
concept TextConvertible = std::same_as<T, std::string> || std::integral<T> || std::floating_point<T>;

/// The segment that stood at `{Name}` of the mapping's pattern. That the pattern has it is checked at
/// start-up.
template <FixedString Name, class T = std::string>
struct Var {
    static_assert(TextConvertible<T>,
                  "stentor: a Var holds a std::string, an integer, a floating point or a bool");
    T value;

    operator const T&() const { return value; }
    const T& operator*() const { return value; }
    const T* operator->() const { return &value; }
};

template <class T>
struct HeaderValue {
    static constexpr bool known = TextConvertible<T>;
};
template <class T>
struct HeaderValue<std::optional<T>> {
    static constexpr bool known = TextConvertible<T>;
};

/// The message's header `Name`; the message is refused without it, unless T is a std::optional.
template <FixedString Name, class T = std::string>
struct Header {
    static_assert(HeaderValue<T>::known,
                  "stentor: a Header holds a std::string, an integer, a floating point, a bool or an "
                  "optional of these");
    T value;

    operator const T&() const { return value; }
    const T& operator*() const { return value; }
    const T* operator->() const { return &value; }
};

/// A session as its controller functions see it. `id` and `principal` never change; attributes are
/// Shard-local.
struct SessionState {
    std::string id;
    std::unique_ptr<const Principal> principal = {};  ///< null: nobody is logged in
    Attributes attributes = {};
};

/// The session that sent the message. A handle: copies share the state, which outlives the connection while
/// one is kept. Shard-local.
class Session {
public:
    explicit Session(std::shared_ptr<SessionState> state) : state_(std::move(state)) {}
    [[nodiscard]] const std::string& id() const { return state_->id; }
    /// Null when nobody is logged in.
    [[nodiscard]] const Principal* principal() const { return state_->principal.get(); }
    [[nodiscard]] Attributes& attributes() { return state_->attributes; }

private:
    std::shared_ptr<SessionState> state_;
};

/// One message on its way to a function. `message`, `session` and `execution` are never null.
struct Call {
    MessagePtr message;
    std::string lookup;  ///< the destination without the application prefix; begins with '/'
    std::vector<std::pair<std::string, std::string>> variables = {};  ///< filled in by the router
    std::string reply_to = {};  ///< a destination the asking client wants the result at; empty: none
    std::shared_ptr<SessionState> session;
    Execution* execution = nullptr;  ///< of the session's shard; outlives every call
};

namespace detail {

Result<std::string_view> variable_of(const Call& call, std::string_view name);
/// The body, when its content type lets it be JSON and there is one.
Result<std::string_view> json_payload_of(const Message& message);
/// The body, when it is UTF-8.
Result<std::string_view> text_payload_of(const Message& message);
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

inline std::span<const std::byte> bytes_of(const Message& message) {
    return std::as_bytes(std::span(message.body));
}

}  // namespace detail

/// One kind of argument: `Stored` keeps it alive while the function works, `get` gives what the function's
/// parameter is made from. The primary template is the payload in JSON. A new kind is one more
/// specialisation.
template <class T>
struct Argument {
    static constexpr bool known = json::Readable<T>;
    static constexpr bool is_payload = true;
    using Stored = T;

    static Result<T> from(const Call& call) {
        const Result<std::string_view> text = detail::json_payload_of(*call.message);
        if (!text) return text.error();
        Result<T> value = json::from_json<T>(*text);
        if (!value) return detail::bad_payload(value.error());
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
struct Argument<Principal> : PlainArgument<std::shared_ptr<const SessionState>> {
    static Result<Stored> from(const Call& call) {
        if (!call.session->principal) return detail::not_logged_in();
        return Stored(call.session);
    }
    static const Principal& get(const Stored& session) { return *session->principal; }
};

template <>
struct Argument<std::optional<Principal>> : PlainArgument<std::optional<Principal>> {
    static Result<Stored> from(const Call& call) {
        const auto& principal = call.session->principal;
        return principal ? Stored(*principal) : Stored();
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

template <FixedString Name, class T>
struct Argument<Header<Name, T>> : PlainArgument<Header<Name, T>> {
    static Result<Header<Name, T>> from(const Call& call) {
        const std::optional<std::string_view> text = call.message->headers.find(Name.view());
        if constexpr (json::detail::is_optional<T>) {
            if (!text) return Header<Name, T>{};
            return converted<typename T::value_type>(*text);
        } else {
            if (!text) return detail::missing_header(Name.view());
            return converted<T>(*text);
        }
    }
    static Header<Name, T>& get(Header<Name, T>& stored) { return stored; }

private:
    template <class Held>
    static Result<Header<Name, T>> converted(std::string_view text) {
        std::optional<Held> value = detail::from_text<Held>(text);
        if (!value) return detail::bad_text("header", Name.view(), detail::expectation<Held>);
        return Header<Name, T>{std::move(*value)};
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
        return detail::bytes_of(*call.message);
    }
};

template <>
struct Argument<std::vector<std::byte>> : PayloadArgument<std::vector<std::byte>> {
    static Result<std::vector<std::byte>> from(const Call& call) {
        const auto bytes = detail::bytes_of(*call.message);
        return std::vector<std::byte>(bytes.begin(), bytes.end());
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
