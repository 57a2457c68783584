#pragma once

#include "stentor/json.hpp"
#include "stentor/message.hpp"
#include "stentor/result.hpp"

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// What a controller function may return: T, Reply<T>, ToUser<T>, std::optional<T> (empty: nothing is sent),
/// Result<T>, void, and awaitable of any of these (coroutine.hpp). T is text, bytes or anything
/// json::Writable.
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

template <class T>
concept Sendable = std::convertible_to<const T&, std::string_view> ||
                   std::same_as<T, std::vector<std::byte>> || json::Writable<T>;

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

/// How a result becomes an Answer; the primary template is for plain values.
template <class R>
struct Answering {
    static constexpr bool known = Sendable<R>;
    static Answer from(const R& value) { return Content{to_body(value)}; }
};

template <class T>
struct Answering<Reply<T>> {
    static constexpr bool known = Sendable<T>;
    static Answer from(Reply<T> reply) {
        return Content{to_body(reply.value), std::move(reply.headers), std::move(reply.destinations)};
    }
};

template <class T>
struct Answering<ToUser<T>> {
    static constexpr bool known = Sendable<T>;
    static Answer from(ToUser<T> reply) {
        return Content{to_body(reply.value), {}, {std::move(reply.destination)}, std::move(reply.user)};
    }
};

template <class T>
struct Answering<std::optional<T>> {
    static constexpr bool known = Answering<T>::known;
    static Answer from(std::optional<T> value) {
        return value ? Answering<T>::from(std::move(*value)) : Answer(Nothing{});
    }
};

template <class T>
struct Answering<Result<T>> {
    static constexpr bool known = Answering<T>::known;
    static Answer from(Result<T> value) {
        return value ? Answering<T>::from(std::move(*value)) : Answer(value.error());
    }
};

template <>
struct Answering<Result<void>> {
    static constexpr bool known = true;
    static Answer from(const Result<void>& value) {
        return value ? Answer(Nothing{}) : Answer(value.error());
    }
};

template <>
struct Answering<void> {
    static constexpr bool known = true;
};

/// Calls `function` and answers with what it returns or throws.
template <class R, class Function>
Answer answer_of(Function&& function) noexcept {
    try {
        if constexpr (std::is_void_v<R>) {
            std::forward<Function>(function)();
            return Nothing{};
        } else {
            return Answering<std::remove_cvref_t<R>>::from(std::forward<Function>(function)());
        }
    } catch (...) { return std::current_exception(); }
}

}  // namespace stentor
