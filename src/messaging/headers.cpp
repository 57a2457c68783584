#include "stentor/message.hpp"

#include <algorithm>

namespace stentor {

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const Entry& entry : entries_)
        if (entry.first == name) return entry.second;
    return std::nullopt;
}

void Headers::add(std::string_view name, std::string_view value) { entries_.emplace_back(name, value); }

void Headers::set(std::string_view name, std::string_view value) {
    erase(name);
    add(name, value);
}

void Headers::erase(std::string_view name) {
    std::erase_if(entries_, [&](const Entry& entry) { return entry.first == name; });
}

}  // namespace stentor
