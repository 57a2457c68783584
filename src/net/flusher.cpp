// Tests: tests/unit/net/flusher_test.cpp
#include "net/flusher.hpp"

#include "net/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace stentor::net {
namespace {

/// Up to here one copy into a scratch buffer beats gathering by iovec for a single socket.
constexpr std::size_t copy_limit = 16 * 1024;
/// Up to here it does for the second socket that owes the same: one piece of memory is written faster.
constexpr std::size_t shared_copy_limit = 1024 * 1024;
constexpr std::size_t pieces_per_write = 1024;  // Linux's IOV_MAX

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
        for (std::size_t i = 0; i < dirty_.size(); ++i) {
            dirty_.prefetch(i + 2);
            if (Connection* const connection = dirty_.take(i)) connection->flush();
        }
        dirty_.compact();
        for (std::size_t i = 0; i < buried_.size(); ++i)
            if (Connection* const connection = buried_.take(i)) connection->tell_closed();
        buried_.compact();
    }
    runs_.clear();
    prepared_ = nullptr;
}

void Flusher::check_blocked(base::TimePoint now) {
    for (std::size_t i = 0, count = blocked_.size(); i < count; ++i) {
        Connection* const connection = blocked_.take(i);
        if (connection != nullptr && connection->check_progress(now)) blocked_.add(*connection);
    }
    blocked_.compact();
}

ssize_t Flusher::write(int fd, const Run& run) {
    if (run.frames == 1) return ::send(fd, run.frame->view().data(), run.bytes, MSG_NOSIGNAL);
    const bool again = std::exchange(prepared_, &run) == &run;
    if (!again) is_joined_ = false;
    if (!is_joined_ && run.bytes <= (again ? shared_copy_limit : copy_limit)) join(run);
    if (is_joined_) return ::send(fd, joined_.data(), run.bytes, MSG_NOSIGNAL);
    if (!again) gather(run);
    msghdr message{};
    message.msg_iov = pieces_.data();
    message.msg_iovlen = std::min(pieces_.size(), pieces_per_write);
    return ::sendmsg(fd, &message, MSG_NOSIGNAL);
}

std::string_view Flusher::joined(const Run& run) {
    if (run.frames == 1) return run.frame->view();
    if (std::exchange(prepared_, &run) != &run || !is_joined_) join(run);
    return {joined_.data(), run.bytes};
}

/// From its end, as runs are linked.
void Flusher::join(const Run& run) {
    is_joined_ = true;
    if (joined_.size() < run.bytes) joined_.resize(run.bytes);
    char* place = joined_.data() + run.bytes;
    for (const Run* each = &run; each != nullptr; each = each->before) {
        place -= each->frame->size();
        std::memcpy(place, each->frame->view().data(), each->frame->size());
    }
}

void Flusher::gather(const Run& run) {
    pieces_.resize(run.frames);
    auto place = pieces_.rbegin();
    for (const Run* each = &run; each != nullptr; each = each->before)
        *place++ = {const_cast<char*>(each->frame->view().data()), each->frame->size()};
}

}  // namespace stentor::net
