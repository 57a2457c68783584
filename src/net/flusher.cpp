// Tests: tests/unit/net/flusher_test.cpp
#include "net/flusher.hpp"

#include "net/connection.hpp"

#include <algorithm>
#include <utility>

namespace stentor::net {
namespace {

/// Up to here one copy into a scratch buffer should beat gathering by iovec; above it gathering should win.
constexpr std::size_t copy_limit = 16 * 1024;

}  // namespace

void Flusher::owe(Connection& connection) { dirty_.add(connection); }
void Flusher::closed(Connection& connection) { buried_.add(connection); }
void Flusher::blocked(Connection& connection) { blocked_.add(connection); }

void Flusher::forget(Connection& connection) {
    dirty_.remove(connection);
    buried_.remove(connection);
    blocked_.remove(connection);
}

/// The lists may grow and connections in them may die while this goes through them.
void Flusher::flush() {
    while (dirty_.size() != 0 || buried_.size() != 0) {
        for (std::size_t i = 0; i < dirty_.size(); ++i)
            if (Connection* const connection = dirty_.take(i)) connection->flush();
        dirty_.compact();
        for (std::size_t i = 0; i < buried_.size(); ++i)
            if (Connection* const connection = buried_.take(i)) connection->tell_closed();
        buried_.compact();
    }
    run_.clear();
}

void Flusher::check_blocked(base::TimePoint now) {
    for (std::size_t i = 0, count = blocked_.size(); i < count; ++i) {
        Connection* const connection = blocked_.take(i);
        if (connection != nullptr && connection->check_progress(now)) blocked_.add(*connection);
    }
    blocked_.compact();
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
