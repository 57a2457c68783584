// Tests: tests/flow/handler_flow_test.cpp
#include "session/handler_session.hpp"
#include "session/session_link.hpp"
#include "stentor/websocket_handler.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace stentor {
namespace app {
namespace {

constexpr std::size_t windows = 16;  ///< 0 to 15 bits

/// A set's members on one shard. Shard-local.
class ShardMembers {
public:
    void insert(std::uint64_t key, const session::HandlerSessions& sessions) {
        if (keys_.size() >= prune_at_) {  // those that ended since the last broadcast
            std::erase_if(keys_, [&](std::uint64_t old) { return sessions.find(old) == nullptr; });
            prune_at_ = std::max<std::size_t>(64, 2 * keys_.size());
        }
        if (std::ranges::find(keys_, key) == keys_.end()) keys_.push_back(key);
    }
    void erase(std::uint64_t key) { std::erase(keys_, key); }

    /// One frame for all members of the same framing and window of compression.
    void broadcast(std::string_view text, session::HandlerSessions& sessions) {
        std::array<std::array<base::BytesRef, windows>, session::framings> frames;
        std::erase_if(keys_, [&](std::uint64_t key) {
            session::HandlerSession* const member = sessions.find(key);
            if (member == nullptr) return true;
            session::Outlet& outlet = member->outlet();
            const session::Framing framing = outlet.framing();
            const int bits = outlet.deflate_bits();
            base::BytesRef& frame = frames[static_cast<std::size_t>(framing)][static_cast<std::size_t>(bits)];
            if (!frame) frame = sessions.compressor().compress(session::wrap(framing, text, false), bits);
            outlet.send_message(frame);
            return false;
        });
    }

private:
    std::vector<std::uint64_t> keys_;
    std::size_t prune_at_ = 64;
};

}  // namespace

/// Which shards have members. The mutex guards only that list, which grows once a shard; the members
/// themselves are touched on their shards alone.
class SetMembers {
public:
    std::shared_ptr<ShardMembers> at(const std::shared_ptr<const session::Port>& port) {
        const std::lock_guard lock(mutex_);
        std::shared_ptr<ShardMembers>& members = shards_[port];
        if (!members) members = std::make_shared<ShardMembers>();
        return members;
    }
    auto shards() {
        const std::lock_guard lock(mutex_);
        return shards_;
    }

private:
    std::mutex mutex_;
    std::map<std::shared_ptr<const session::Port>, std::shared_ptr<ShardMembers>> shards_;
};

}  // namespace app

SessionSet::SessionSet() : members_(std::make_shared<app::SetMembers>()) {}
SessionSet::~SessionSet() = default;

void SessionSet::insert(const WebSocketSession& session) {
    const auto& link = *session.link();
    link.port->run([members = members_->at(link.port), key = link.key](session::HandlerSessions& sessions) {
        members->insert(key, sessions);
    });
}

void SessionSet::erase(const WebSocketSession& session) {
    const auto& link = *session.link();
    link.port->run([members = members_->at(link.port), key = link.key](session::HandlerSessions&) {
        members->erase(key);
    });
}

void SessionSet::broadcast(std::string_view text) {
    for (const auto& [port, members] : members_->shards())
        port->run([members = members, payload = std::string(text)](session::HandlerSessions& sessions) {
            members->broadcast(payload, sessions);
        });
}

}  // namespace stentor
