#pragma once

#include "transport/sockjs_pieces.hpp"
#include "transport/sockjs_session.hpp"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::transport {

/// One shard's SockJS HTTP sessions. A session's shard follows from its id, so every request finds it.
/// Shard-local.
class SockjsSessions {
public:
    ~SockjsSessions();

    [[nodiscard]] SockjsSession* find(const std::string& key) const;
    SockjsSession& add(Site& site, const Endpoint& endpoint, std::string key, SockjsOpening opening);
    /// Destroys it, at the end of the turn.
    void remove(SockjsSession& session);
    /// Its flush() is due at the end of the turn.
    void mark(SockjsSession& session) { marked_.push_back(&session); }
    /// Flushes and buries; before the wires are flushed.
    void end_turn();
    /// Counts the times end_turn() was called: the wires are flushed after each.
    [[nodiscard]] std::uint64_t turn() const { return turn_; }
    [[nodiscard]] bool idle() const { return marked_.empty() && removed_.empty(); }
    void shut_down();
    /// Destroys all of them, now.
    void clear();
    /// What all of them stream.
    [[nodiscard]] SockjsPieces& pieces() { return pieces_; }
    [[nodiscard]] std::size_t size() const { return sessions_.size(); }
    /// Of the messages that wait for receivers.
    void count_waiting(std::size_t bytes) { waiting_bytes_ += bytes; }
    void uncount_waiting(std::size_t bytes) { waiting_bytes_ -= bytes; }
    [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }
    /// For which the most waits; null when there is none.
    [[nodiscard]] SockjsSession* slowest() const;
    /// One is closed because too much waits for it.
    void count_slow() { ++slow_closed_; }
    [[nodiscard]] std::uint64_t slow_closed() const { return slow_closed_; }

    static std::string key_of(const Endpoint& endpoint, std::string_view session) {
        return endpoint.path + '\n' + std::string(session);
    }

private:
    std::uint64_t slow_closed_ = 0;
    std::size_t waiting_bytes_ = 0;
    std::unordered_map<std::string, std::unique_ptr<SockjsSession>> sessions_;
    std::vector<SockjsSession*> marked_;
    std::vector<std::unique_ptr<SockjsSession>> removed_;
    SockjsPieces pieces_;
    std::uint64_t turn_ = 1;
};

}  // namespace stentor::transport
