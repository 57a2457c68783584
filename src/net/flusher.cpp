// Tests: tests/unit/net/connection_test.cpp
#include "net/flusher.hpp"

#include "net/connection.hpp"

#include <algorithm>
#include <utility>

namespace stentor::net {
namespace {

/// Up to here one copy into a scratch buffer beats gathering by iovec (measured: docs/performance.md).
constexpr std::size_t copy_limit = 16 * 1024;

void drop(std::vector<Connection*>& list, const Connection& connection) {
    std::replace(list.begin(), list.end(), const_cast<Connection*>(&connection),
                 static_cast<Connection*>(nullptr));
}

}  // namespace

void Flusher::forget(Connection& connection) {
    drop(dirty_, connection);
    drop(buried_, connection);
    drop(blocked_, connection);
}

void Flusher::flush() {
    while (!dirty_.empty() || !buried_.empty()) {
        for (std::size_t i = 0; i < dirty_.size(); ++i)
            if (dirty_[i] != nullptr) dirty_[i]->flush();
        dirty_.clear();
        run_.clear();
        const auto buried = std::exchange(buried_, {});
        for (Connection* connection : buried)
            if (connection != nullptr) connection->tell_closed();
    }
}

void Flusher::check_blocked(base::TimePoint now) {
    const auto blocked = std::exchange(blocked_, {});
    for (Connection* connection : blocked)
        if (connection != nullptr && connection->check_progress(now)) blocked_.push_back(connection);
}

std::span<const char> Flusher::join(std::span<const base::BytesRef> frames, std::size_t offset,
                                    std::size_t total) {
    if (total > copy_limit) return {};
    if (offset == 0 && std::ranges::equal(frames, run_)) return joined_;
    const bool whole = offset == 0;
    joined_.clear();
    for (const base::BytesRef& frame : frames) {
        const std::string_view bytes = std::string_view(frame->view()).substr(std::exchange(offset, 0));
        joined_.insert(joined_.end(), bytes.begin(), bytes.end());
    }
    run_.clear();
    if (whole) run_.assign(frames.begin(), frames.end());
    return joined_;
}

}  // namespace stentor::net
