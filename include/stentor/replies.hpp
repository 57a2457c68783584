#pragma once

#include "stentor/converters.hpp"
#include "stentor/json.hpp"
#include "stentor/message.hpp"
#include "stentor/result.hpp"

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <variant>
#include <vector>

/// What a controller function may return: T, Reply<T>, ToUser<T>, std::optional<T> (empty: nothing is sent),
/// Result<T>, void, and awaitable of any of these (coroutine.hpp). T is text, bytes, anything json::Writable
/// or with a message converter (converters.hpp).
namespace stentor {

/// A value with headers of its own and, when given, destinations in place of the mapping's.
template <class T>
struct Reply {
    T value;
    Headers headers = {};
    std::vector<std::string> destinations = {};
};
template <class T>
Reply(T) -> Reply<T>;
template <class T>
Reply(T, Headers) -> Reply<T>;
template <class T>
Reply(T, Headers, std::vector<std::string>) -> Reply<T>;

/// A value for every session of one user, at their "/user" + destination.
template <class T>
struct ToUser {
    std::string user;
    std::string destination;
    T value;
};
template <class T>
ToUser(std::string, std::string, T) -> ToUser<T>;

/// A message's body and what it is.
struct Body {
    std::string bytes;
    std::string content_type;

    friend bool operator==(const Body&, const Body&) = default;
};

/// Nothing is to be sent.
struct Nothing {
    friend bool operator==(const Nothing&, const Nothing&) = default;
};

/// What is to be sent, not yet addressed.
struct Content {
    Body body;
    Headers headers = {};
    std::vector<std::string> destinations = {};  ///< empty: the mapping's
    std::optional<std::string> user = {};        ///< the destinations are this user's

    friend bool operator==(const Content&, const Content&) = default;
};

/// What came of calling a function: the exception is the function's own.
using Answer = std::variant<Nothing, Content, Error, std::exception_ptr>;

/// What is sent as it is.
template <class T>
concept Raw = std::convertible_to<const T&, std::string_view> || std::same_as<T, std::vector<std::byte>>;

template <class T>
concept Sendable = Raw<T> || json::Writable<T>;

/// What a function may answer with: also what only the application's converters can write.
template <class T>
concept Answerable = Sendable<T> || has_message_converter<T>;

/// Text as it is, bytes as they are, everything else as JSON.
template <Sendable T>
Body to_body(const T& value) {
    if constexpr (std::convertible_to<const T&, std::string_view>)
        return {std::string(std::string_view(value)), "text/plain;charset=utf-8"};
    else if constexpr (std::same_as<T, std::vector<std::byte>>)
        return {std::string(reinterpret_cast<const char*>(value.data()), value.size()),
                "application/octet-stream"};
    else return {json::to_json(value), "application/json"};
}

/// How a mapping's results are written.
struct Writing {
    std::string_view content_type = {};      ///< empty: the one each type has by itself
    const Converters* converters = nullptr;  ///< the application's
};

namespace detail {

/// By the application's converter; that there is one is checked at start-up.
Body converted_body(const Writing& how, std::type_index type, const void* value);

template <Answerable T>
Body body_of(const T& value, const Writing& how) {
    if constexpr (Sendable<T>) {
        if (Raw<T> || may_be_json(how.content_type)) {
            Body body = to_body(value);
            if (!how.content_type.empty()) body.content_type = how.content_type;
            return body;
        }
    }
    return converted_body(how, typeid(T), &value);
}

}  // namespace detail

/// How a result becomes an Answer, and the type of what is sent; the primary template is for plain values.
template <class R>
struct Answering {
    static constexpr bool known = Answerable<R>;
    using Sent = R;
    static Answer from(const R& value, const Writing& how) { return Content{detail::body_of(value, how)}; }
};

template <class T>
struct Answering<Reply<T>> {
    static constexpr bool known = Answerable<T>;
    using Sent = T;
    static Answer from(Reply<T> reply, const Writing& how) {
        return Content{detail::body_of(reply.value, how), std::move(reply.headers),
                       std::move(reply.destinations)};
    }
};

template <class T>
struct Answering<ToUser<T>> {
    static constexpr bool known = Answerable<T>;
    using Sent = T;
    static Answer from(ToUser<T> reply, const Writing& how) {
        return Content{
            detail::body_of(reply.value, how), {}, {std::move(reply.destination)}, std::move(reply.user)};
    }
};

template <class T>
struct Answering<std::optional<T>> {
    static constexpr bool known = Answering<T>::known;
    using Sent = typename Answering<T>::Sent;
    static Answer from(std::optional<T> value, const Writing& how) {
        return value ? Answering<T>::from(std::move(*value), how) : Answer(Nothing{});
    }
};

template <class T>
struct Answering<Result<T>> {
    static constexpr bool known = Answering<T>::known;
    using Sent = typename Answering<T>::Sent;
    static Answer from(Result<T> value, const Writing& how) {
        return value ? Answering<T>::from(std::move(*value), how) : Answer(value.error());
    }
};

template <>
struct Answering<Result<void>> {
    static constexpr bool known = true;
    using Sent = void;
    static Answer from(const Result<void>& value, const Writing&) {
        return value ? Answer(Nothing{}) : Answer(value.error());
    }
};

template <>
struct Answering<void> {
    static constexpr bool known = true;
    using Sent = void;
};

/// Calls `function` and answers with what it returns or throws.
template <class R, class Function>
Answer answer_of(Function&& function, const Writing& how = {}) noexcept {
    try {
        if constexpr (std::is_void_v<R>) {
            std::forward<Function>(function)();
            return Nothing{};
        } else {
            return Answering<std::remove_cvref_t<R>>::from(std::forward<Function>(function)(), how);
        }
    } catch (...) { return std::current_exception(); }
}

}  // namespace stentor
