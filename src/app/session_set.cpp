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

    void broadcast(std::string_view text, const session::HandlerSessions& sessions) {
        std::array<base::BytesRef, session::framings> frames;
        std::erase_if(keys_, [&](std::uint64_t key) {
            session::HandlerSession* const member = sessions.find(key);
            if (member == nullptr) return true;
            const session::Framing framing = member->outlet().framing();
            base::BytesRef& frame = frames[static_cast<std::size_t>(framing)];
            if (!frame) frame = session::wrap(framing, text, false);
            member->outlet().send(frame);
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
