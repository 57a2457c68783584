#include "sockjs/form.hpp"

#include "http/grammar.hpp"

#include <algorithm>
#include <cstddef>

namespace stentor::sockjs {
namespace {

/// Takes what stands before the next `mark` off `rest`, and the mark.
std::string_view cut_at(std::string_view& rest, char mark) {
    const std::size_t at = std::min(rest.find(mark), rest.size());
    const std::string_view before = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return before;
}

/// Takes one byte's encoding off `raw`, which is not empty.
char take_byte(std::string_view& raw) {
    const char first = raw.front();
    if (first == '%' && raw.size() >= 3) {
        const auto high = http::hex_value(raw[1]);
        const auto low = http::hex_value(raw[2]);
        if (high && low) {
            raw.remove_prefix(3);
            return static_cast<char>(*high << 4 | *low);
        }
    }
    raw.remove_prefix(1);
    return first == '+' ? ' ' : first;
}

/// Whether `raw` decodes to `name`; reads no further than it takes to know.
bool is_name(std::string_view raw, std::string_view name) {
    for (const char c : name)
        if (raw.empty() || take_byte(raw) != c) return false;
    return raw.empty();
}

std::string decode(std::string_view raw) {
    std::string value;
    value.reserve(raw.size());
    while (!raw.empty()) value += take_byte(raw);
    return value;
}

}  // namespace

std::optional<std::string> form_field(std::string_view form, std::string_view name) {
    while (!form.empty()) {
        std::string_view field = cut_at(form, '&');
        if (is_name(cut_at(field, '='), name)) return decode(field);
    }
    return std::nullopt;
}

}  // namespace stentor::sockjs
