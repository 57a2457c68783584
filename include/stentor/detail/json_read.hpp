#pragma once

#include "stentor/detail/json_types.hpp"
#include "stentor/result.hpp"

#include <boost/mp11/algorithm.hpp>

#include <cstdint>
#include <limits>

/// From JSON values to C++ types. Used through json.hpp.
namespace stentor::json {

/// Where in a value a conversion failed and how; never what the value was. The path is built from the inside
/// out.
class Problem {
public:
    bool found(std::string_view what);  ///< false, for `return problem.found("should be a number");`
    bool in_field(std::string_view name);
    bool in_element(std::size_t index);
    bool in_entry();  ///< of a map, whose keys are the peer's and therefore not told
    [[nodiscard]] Error error() const;

private:
    std::string path_;
    std::string what_;
};

namespace detail {

std::optional<std::int64_t> as_int64(const boost::json::value& from);    ///< exact, or nothing
std::optional<std::uint64_t> as_uint64(const boost::json::value& from);  ///< exact, or nothing
std::optional<double> as_double(const boost::json::value& from);  ///< nothing for an integer it cannot hold

template <class T>
bool read(const boost::json::value& from, T& to, Problem& problem);

template <std::integral T>
bool read_integer(const boost::json::value& from, T& to, Problem& problem) {
    using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    std::optional<Wide> whole;
    if constexpr (std::is_signed_v<T>) whole = as_int64(from);
    else whole = as_uint64(from);
    if (!whole) return problem.found(from.is_number() ? "is out of range" : "should be a whole number");
    if (*whole < Wide{std::numeric_limits<T>::min()} || *whole > Wide{std::numeric_limits<T>::max()})
        return problem.found("is out of range");
    to = static_cast<T>(*whole);
    return true;
}

template <std::floating_point T>
bool read_floating(const boost::json::value& from, T& to, Problem& problem) {
    const std::optional<double> number = as_double(from);
    if (!number) return problem.found(from.is_number() ? "is out of range" : "should be a number");
    if constexpr (sizeof(T) < sizeof(double))
        if (*number > double{std::numeric_limits<T>::max()} ||
            *number < double{std::numeric_limits<T>::lowest()})
            return problem.found("is out of range");
    to = static_cast<T>(*number);
    return true;
}

template <class T>
bool read_sequence(const boost::json::value& from, T& to, Problem& problem) {
    const auto* list = from.if_array();
    if (!list) return problem.found("should be a list");
    to.clear();
    for (std::size_t i = 0; i < list->size(); ++i) {
        typename T::value_type element{};
        if (!read((*list)[i], element, problem)) return problem.in_element(i);
        to.push_back(std::move(element));
    }
    return true;
}

template <class T, std::size_t N>
bool read_array(const boost::json::value& from, std::array<T, N>& to, Problem& problem) {
    const auto* list = from.if_array();
    if (!list || list->size() != N)
        return problem.found("should be a list of " + std::to_string(N) + " elements");
    for (std::size_t i = 0; i < N; ++i)
        if (!read((*list)[i], to[i], problem)) return problem.in_element(i);
    return true;
}

template <class T>
bool read_map(const boost::json::value& from, T& to, Problem& problem) {
    const auto* object = from.if_object();
    if (!object) return problem.found("should be an object");
    to.clear();
    for (const auto& entry : *object) {
        typename T::mapped_type element{};
        if (!read(entry.value(), element, problem)) return problem.in_entry();
        to.emplace(std::string(entry.key()), std::move(element));
    }
    return true;
}

template <class T>
bool read_enumeration(const boost::json::value& from, T& to, Problem& problem) {
    const auto* name = from.if_string();
    bool known = false;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
        if (!name || std::string_view(*name) != enumerator.name) return;
        to = enumerator.value;
        known = true;
    });
    return known || problem.found("should be one of the known names");
}

template <class T>
bool read_structure(const boost::json::value& from, T& to, Problem& problem) {
    const auto* object = from.if_object();
    if (!object) return problem.found("should be an object");
    bool good = true;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        using Field = std::remove_cvref_t<decltype(to.*member.pointer)>;
        static_assert(Readable<Field>, "stentor: a field of this described struct cannot be made from JSON");
        if (!good) return;
        if (const auto* field = object->if_contains(member.name))
            good = read(*field, to.*member.pointer, problem);
        else if constexpr (!is_optional<Field>) good = problem.found("is missing");
        if (!good) problem.in_field(member.name);
    });
    return good;
}

template <class T>
bool read_custom(const boost::json::value& from, T& to, Problem& problem) {
    auto made = boost::json::try_value_to<T>(from);
    if (!made) return problem.found("does not fit");
    to = std::move(*made);
    return true;
}

template <class T>
bool read(const boost::json::value& from, T& to, Problem& problem) {
    constexpr Kind kind = kind_of<T>();
    if constexpr (kind == Kind::value) {
        to = from;
        return true;
    } else if constexpr (kind == Kind::boolean) {
        if (!from.is_bool()) return problem.found("should be true or false");
        to = from.get_bool();
        return true;
    } else if constexpr (kind == Kind::integer) {
        return read_integer(from, to, problem);
    } else if constexpr (kind == Kind::floating) {
        return read_floating(from, to, problem);
    } else if constexpr (kind == Kind::text) {
        if (!from.is_string()) return problem.found("should be a text");
        to = std::string_view(from.get_string());
        return true;
    } else if constexpr (kind == Kind::optional) {
        to.reset();
        return from.is_null() || read(from, to.emplace(), problem);
    } else if constexpr (kind == Kind::sequence) {
        return read_sequence(from, to, problem);
    } else if constexpr (kind == Kind::array) {
        return read_array(from, to, problem);
    } else if constexpr (kind == Kind::map) {
        return read_map(from, to, problem);
    } else if constexpr (kind == Kind::enumeration) {
        return read_enumeration(from, to, problem);
    } else if constexpr (kind == Kind::structure) {
        return read_structure(from, to, problem);
    } else {
        return read_custom(from, to, problem);
    }
}

}  // namespace detail

}  // namespace stentor::json
