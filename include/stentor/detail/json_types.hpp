#pragma once

#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Which C++ types are JSON. Used through json.hpp.
namespace stentor::json {

namespace detail {

enum class Kind {
    none,
    value,
    boolean,
    integer,
    floating,
    text,
    optional,
    sequence,
    array,
    map,
    enumeration,
    structure,
    custom,
};

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
template <class T>
constexpr bool is_array = false;
template <class T, std::size_t N>
constexpr bool is_array<std::array<T, N>> = true;

template <class T>
concept Map = std::same_as<typename T::key_type, std::string> && requires { typename T::mapped_type; };
template <class T>
concept Sequence = requires(T& list, typename T::value_type element) {
    list.push_back(std::move(element));
    list.begin();
    list.clear();
};
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;
template <class T>
concept DescribedStruct =
    std::is_class_v<T> && !std::is_union_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept TextLike = std::convertible_to<const T&, std::string_view> && !std::is_null_pointer_v<T>;

/// Which of the conversions below is T's; `custom` is decided by the direction (Boost.JSON's value_to,
/// value_from).
template <class T>
consteval Kind kind_of() {
    if (std::same_as<T, boost::json::value>) return Kind::value;
    if (std::same_as<T, bool>) return Kind::boolean;
    if (std::integral<T>) return Kind::integer;
    if (std::floating_point<T>) return Kind::floating;
    if (TextLike<T>) return Kind::text;
    if (is_optional<T>) return Kind::optional;
    if (is_array<T>) return Kind::array;
    if (Map<T>) return Kind::map;
    if (Sequence<T>) return Kind::sequence;
    if (DescribedEnum<T>) return Kind::enumeration;
    if (DescribedStruct<T>) return Kind::structure;
    return Kind::none;
}

template <class T>
consteval bool readable() {
    constexpr Kind kind = kind_of<T>();
    if constexpr (kind == Kind::none) {
        if constexpr (std::is_class_v<T> || std::is_enum_v<T>) return boost::json::has_value_to<T>::value;
        else return false;
    } else if constexpr (kind == Kind::text) {
        return std::same_as<T, std::string>;
    } else if constexpr (kind == Kind::optional || kind == Kind::sequence || kind == Kind::array) {
        return readable<typename T::value_type>();
    } else if constexpr (kind == Kind::map) {
        return readable<typename T::mapped_type>();
    } else {
        return kind != Kind::structure || std::default_initializable<T>;
    }
}

template <class T>
consteval bool writable() {
    constexpr Kind kind = kind_of<T>();
    if constexpr (kind == Kind::none) {
        if constexpr (std::is_class_v<T> || std::is_enum_v<T>) return boost::json::has_value_from<T>::value;
        else return false;
    } else if constexpr (kind == Kind::optional || kind == Kind::sequence || kind == Kind::array) {
        return writable<typename T::value_type>();
    } else if constexpr (kind == Kind::map) {
        return writable<typename T::mapped_type>();
    } else {
        return true;
    }
}

}  // namespace detail

/// Types that can be made from JSON: bool, numbers, std::string, std::optional, std::vector and its like,
/// std::array, maps with string keys, described enums (by name) and structs, boost::json::value, what
/// Boost.JSON's value_to makes.
template <class T>
concept Readable = std::same_as<T, std::remove_cvref_t<T>> && detail::readable<T>();
/// Types that can be written as JSON: the same, and whatever turns into a std::string_view.
template <class T>
concept Writable = detail::writable<std::remove_cvref_t<T>>();

namespace detail {

template <class T>
using Members =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

}  // namespace detail

}  // namespace stentor::json
