#include "stentor/message.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace stentor {

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [own, value] : *this)
        if (own == name) return value;
    return std::nullopt;
}

void Headers::add(std::string_view name, std::string_view value) {
    const Sizes sizes{static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size())};
    std::array<char, sizeof sizes> prefix;
    std::memcpy(prefix.data(), &sizes, sizeof sizes);
    const std::size_t needed = text_.size() + sizeof sizes + name.size() + value.size();
    if (needed > text_.capacity()) {
        // Both may be views of what is there.
        std::string longer;
        longer.reserve(std::max(needed, 2 * text_.capacity()));
        longer.append(text_).append(prefix.data(), prefix.size()).append(name).append(value);
        text_ = std::move(longer);
    } else {
        text_.append(prefix.data(), prefix.size()).append(name).append(value);
    }
}

void Headers::set(std::string_view name, std::string_view value) {
    const std::string kept(value);  // maybe of what is erased
    const std::string kept_name(name);
    erase(kept_name);
    add(kept_name, kept);
}

void Headers::erase(std::string_view name) {
    if (!contains(name)) return;
    Headers others;
    others.text_.reserve(text_.size());
    for (const auto& [own, value] : *this)
        if (own != name) others.add(own, value);
    *this = std::move(others);
}

std::size_t Headers::size() const { return static_cast<std::size_t>(std::distance(begin(), end())); }

}  // namespace stentor
