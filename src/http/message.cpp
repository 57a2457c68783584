#include "http/message.hpp"

#include "http/grammar.hpp"

#include <algorithm>

namespace stentor::http {
namespace {

constexpr std::size_t usual_number = 16;  // of a browser's request

}  // namespace

std::optional<std::string_view> Fields::find(std::string_view name) const {
    for (const Field& field : fields_) {
        if (equal_ignoring_case(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::size_t Fields::count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), [&](const Field& field) {
        return equal_ignoring_case(field.name, name);
    }));
}

bool Fields::has_token(std::string_view name, std::string_view token) const {
    for (const Field& field : fields_) {
        if (!equal_ignoring_case(field.name, name)) continue;
        for (std::string_view list = field.value; !list.empty();) {
            if (equal_ignoring_case(next_item(list), token)) return true;
        }
    }
    return false;
}

void Fields::add(std::string_view name, std::string_view value) {
    if (fields_.capacity() == 0) fields_.reserve(usual_number);
    fields_.push_back({std::string(name), std::string(value)});
}

void Fields::set(std::string_view name, std::string_view value) {
    const std::string kept(value);  // `value` may be a view into the field that is replaced
    const std::string kept_name(name);
    std::erase_if(fields_, [&](const Field& field) { return equal_ignoring_case(field.name, kept_name); });
    fields_.push_back({kept_name, kept});
}

}  // namespace stentor::http
