#pragma once

#include "session/frame_compressor.hpp"
#include "stentor/websocket_handler.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace stentor::session {

class HandlerSession;

/// One shard's sessions at WebSocketHandlers, by key. Shard-local.
class HandlerSessions {
public:
    explicit HandlerSessions(const websocket::DeflateSettings& deflate = {}) : compressor_(deflate) {}

    std::uint64_t add(HandlerSession& session);
    void remove(std::uint64_t key) { sessions_.erase(key); }
    [[nodiscard]] HandlerSession* find(std::uint64_t key) const;
    template <class F>
    void for_each(F visitor) const {
        for (const auto& [key, session] : sessions_) visitor(std::as_const(*session));
    }
    /// For what they send.
    [[nodiscard]] FrameCompressor& compressor() { return compressor_; }

private:
    FrameCompressor compressor_;
    std::unordered_map<std::uint64_t, HandlerSession*> sessions_;
    std::uint64_t last_key_ = 0;
};

/// The way to one shard from any thread; outlives the shard. Any thread.
class Port {
public:
    virtual ~Port() = default;
    /// The shard's sessions where the caller is on the shard; else null.
    [[nodiscard]] virtual HandlerSessions* here() const = 0;
    /// Runs on the shard, soon; never when the shard has ended.
    virtual void post(std::function<void(HandlerSessions&)> task) const = 0;
    /// Runs on the shard: at once when the caller is there already.
    template <class F>
    void run(F task) const {
        if (HandlerSessions* const sessions = here()) task(*sessions);
        else post(std::move(task));
    }
};

/// What a WebSocketSession handle refers to. Immutable, but for the attributes, which belong to the session's
/// shard.
struct SessionLink {
    std::string id;
    Handshake handshake;
    std::shared_ptr<Attributes> attributes;
    std::shared_ptr<const Port> port;
    std::uint64_t key;
};

}  // namespace stentor::session
