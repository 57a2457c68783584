#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// What a controller function takes by a name: a segment of the destination, a header.
namespace stentor {

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
    static constexpr bool known = TextConvertible<T> || std::same_as<T, std::vector<std::string>>;
};
template <class T>
struct HeaderValue<std::optional<T>> {
    static constexpr bool known = TextConvertible<T>;
};

/// A number, a bool or a text as a template argument.
template <class T>
struct Constant {
    T value;
    consteval Constant(T v) : value(v) {}
};
template <std::size_t N>
struct Constant<char[N]> {
    FixedString<N> value;
    consteval Constant(const char (&literal)[N]) : value(literal) {}
};
template <std::size_t N>
Constant(const char (&)[N]) -> Constant<char[N]>;

/// What a Header is where the message has none, or an empty one: Default<5>, Default<true>, Default<"en">.
template <Constant Value>
struct Default {
    template <class T>
    static consteval bool fits() {
        using V = decltype(Value.value);
        constexpr bool number = std::is_arithmetic_v<V> && !std::same_as<V, bool>;
        if constexpr (std::same_as<T, bool>) return std::same_as<V, bool>;
        else if constexpr (std::integral<T> && std::integral<V> && number)
            return std::in_range<T>(Value.value);
        else if constexpr (std::floating_point<T>) return number;
        else return std::same_as<T, std::string> && requires { Value.value.view(); };
    }
    template <class T>
    static T value() {
        if constexpr (std::same_as<T, std::string>) return std::string(Value.value.view());
        else return static_cast<T>(Value.value);
    }
};

/// A Header without a Default.
struct NoDefault {
    template <class T>
    static consteval bool fits() {
        return true;
    }
};

/// The message's header `Name`. Without it the message is refused, unless T is a std::optional or there is a
/// Default: `Header<"page", int, Default<1>>`. With T = std::vector<std::string> the values of all headers of
/// that name, in order.
template <FixedString Name, class T = std::string, class Otherwise = NoDefault>
struct Header {
    static_assert(HeaderValue<T>::known,
                  "stentor: a Header holds a std::string, an integer, a floating point, a bool or an "
                  "optional of these, or a std::vector<std::string>");
    static_assert(Otherwise::template fits<T>(),
                  "stentor: a Header's Default is of its type: Default<5> for a number, Default<true> for a "
                  "bool, Default<\"en\"> for a std::string, none for an optional or a vector");
    T value;

    operator const T&() const { return value; }
    const T& operator*() const { return value; }
    const T* operator->() const { return &value; }
};

}  // namespace stentor
