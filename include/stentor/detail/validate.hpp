#pragma once

#include "stentor/detail/json_types.hpp"
#include "stentor/validation.hpp"

#include <boost/mp11/algorithm.hpp>

#include <type_traits>

/// Calls the `validate` of a converted payload and of all the structs in it. Used through arguments.hpp.
namespace stentor::detail {

template <class T>
concept Validated = requires(const T& value, Validation& validation) {
    { value.validate(validation) } -> std::same_as<void>;
};

/// A function of that name, of whatever shape; a field of that name is just a field.
template <class T>
concept HasValidate = requires {
    &T::validate;
    requires !std::is_member_object_pointer_v<decltype(&T::validate)>;
};

/// Whether there may be anything to validate in a T: it is, or holds, a struct.
template <class T>
consteval bool may_be_validated() {
    using json::detail::Kind;
    constexpr Kind kind = json::detail::kind_of<T>();
    if constexpr (kind == Kind::optional || kind == Kind::sequence || kind == Kind::array)
        return may_be_validated<typename T::value_type>();
    else if constexpr (kind == Kind::map) return may_be_validated<typename T::mapped_type>();
    else return kind == Kind::structure || Validated<T>;
}

template <class T>
void validate(const T& value, Validation& validation);

template <class T>
void validate_structure(const T& value, Validation& validation) {
    boost::mp11::mp_for_each<json::detail::Members<T>>([&](auto member) {
        using Field = std::remove_cvref_t<decltype(value.*member.pointer)>;
        if constexpr (may_be_validated<Field>()) {
            const std::size_t before = validation.problems();
            validate(value.*member.pointer, validation);
            validation.in_field(before, member.name);
        }
    });
}

template <class T>
void validate_elements(const T& list, Validation& validation) {
    std::size_t index = 0;
    for (const typename T::value_type& element : list) {
        if (validation.is_full()) return;
        const std::size_t before = validation.problems();
        validate(element, validation);
        validation.in_element(before, index++);
    }
}

template <class T>
void validate_entries(const T& map, Validation& validation) {
    for (const auto& [key, element] : map) {
        if (validation.is_full()) return;
        const std::size_t before = validation.problems();
        validate(element, validation);
        validation.in_entry(before);
    }
}

template <class T>
void validate(const T& value, Validation& validation) {
    using json::detail::Kind;
    constexpr Kind kind = json::detail::kind_of<T>();
    if constexpr (!may_be_validated<T>()) {
        return;
    } else if constexpr (kind == Kind::optional) {
        if (value) validate(*value, validation);
    } else if constexpr (kind == Kind::sequence || kind == Kind::array) {
        validate_elements(value, validation);
    } else if constexpr (kind == Kind::map) {
        validate_entries(value, validation);
    } else {
        static_assert(Validated<T> || !HasValidate<T>,
                      "stentor: the validate of a payload is `void validate(stentor::Validation&) const`");
        if constexpr (Validated<T>) value.validate(validation);
        if constexpr (kind == Kind::structure) validate_structure(value, validation);
    }
}

}  // namespace stentor::detail
