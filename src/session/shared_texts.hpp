#pragma once

#include <cassert>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace stentor::session {

/// Texts that many sessions have in common, as ids and destinations of subscriptions are: each is kept once.
/// Shard-local.
class SharedTexts {
public:
    /// That text; it stays until it was released as often as it was shared.
    const std::string& share(std::string_view text) {
        auto known = users_.find(text);
        if (known == users_.end()) known = users_.emplace(text, 0).first;
        ++known->second;
        return known->first;
    }
    void release(const std::string& text) {
        const auto known = users_.find(text);
        assert(known != users_.end());
        if (--known->second == 0) users_.erase(known);
    }
    [[nodiscard]] std::size_t size() const { return users_.size(); }

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> users_;
};

}  // namespace stentor::session
