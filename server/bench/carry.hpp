#pragma once

#include <cassert>
#include <string>
#include <string_view>

namespace stentor::bench {

/// The front of a frame whose rest has not come yet. Owns no memory unless frames come in pieces.
/// Shard-local.
class Carry {
public:
    /// What was kept, with the bytes that came now behind it. Valid until the next call.
    std::string_view join(std::string_view bytes) {
        if (kept_.empty()) return bytes;
        kept_.append(bytes);
        return kept_;
    }

    /// Keeps the end of what join() gave.
    void keep(std::string_view rest) {
        if (kept_.empty()) kept_.assign(rest);
        else kept_.erase(0, kept_.size() - rest.size());
    }

    [[nodiscard]] std::size_t size() const { return kept_.size(); }

private:
    std::string kept_;
};

}  // namespace stentor::bench
