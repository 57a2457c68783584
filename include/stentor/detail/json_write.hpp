#pragma once

#include "stentor/detail/json_types.hpp"

#include <boost/mp11/algorithm.hpp>

/// From C++ types to JSON texts, without a JSON value in between. Used through json.hpp.
namespace stentor::json {

namespace detail {

void write_text(std::string& out, std::string_view text);
void write_number(std::string& out, double number);  ///< null when not finite, as JavaScript does
void write_number(std::string& out, float number);
void write_value(std::string& out, const boost::json::value& value);

template <class T>
void write(std::string& out, const T& from);

template <class T>
void write_list(std::string& out, const T& list) {
    out += '[';
    bool first = true;
    for (const typename T::value_type& element : list) {
        if (!std::exchange(first, false)) out += ',';
        write(out, element);
    }
    out += ']';
}

template <class T>
void write_map(std::string& out, const T& map) {
    out += '{';
    bool first = true;
    for (const auto& [key, element] : map) {
        if (!std::exchange(first, false)) out += ',';
        write_text(out, key);
        out += ':';
        write(out, element);
    }
    out += '}';
}

template <class T>
void write_enumeration(std::string& out, T from) {
    bool known = false;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
        if (known || from != enumerator.value) return;
        write_text(out, enumerator.name);
        known = true;
    });
    if (!known) write(out, static_cast<std::underlying_type_t<T>>(from));
}

template <class T>
void write_structure(std::string& out, const T& from) {
    out += '{';
    bool first = true;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        const auto& field = from.*member.pointer;
        using Field = std::remove_cvref_t<decltype(field)>;
        static_assert(Writable<Field>, "stentor: a field of this described struct cannot be written as JSON");
        if constexpr (is_optional<Field>)
            if (!field) return;
        out += std::exchange(first, false) ? "\"" : ",\"";
        out += member.name;
        out += "\":";
        write(out, field);
    });
    out += '}';
}

template <class T>
void write(std::string& out, const T& from) {
    constexpr Kind kind = kind_of<T>();
    if constexpr (kind == Kind::value) write_value(out, from);
    else if constexpr (kind == Kind::boolean) out += from ? "true" : "false";
    else if constexpr (kind == Kind::integer) out += std::to_string(from);
    else if constexpr (std::same_as<T, float>) write_number(out, from);
    else if constexpr (kind == Kind::floating) write_number(out, static_cast<double>(from));
    else if constexpr (kind == Kind::text) write_text(out, from);
    else if constexpr (kind == Kind::optional) from ? write(out, *from) : void(out += "null");
    else if constexpr (kind == Kind::sequence || kind == Kind::array) write_list(out, from);
    else if constexpr (kind == Kind::map) write_map(out, from);
    else if constexpr (kind == Kind::enumeration) write_enumeration(out, from);
    else if constexpr (kind == Kind::structure) write_structure(out, from);
    else write_value(out, boost::json::value_from(from));
}

}  // namespace detail

}  // namespace stentor::json
