// Tests: tests/unit/transport/sockjs_session_test.cpp
#include "transport/sockjs_sessions.hpp"

#include <algorithm>
#include <utility>

namespace stentor::transport {

SockjsSessions::~SockjsSessions() { clear(); }

void SockjsSessions::clear() {
    marked_.clear();
    removed_.clear();
    sessions_.clear();
}

SockjsSession* SockjsSessions::find(const std::string& key) const {
    const auto found = sessions_.find(key);
    return found == sessions_.end() ? nullptr : found->second.get();
}

SockjsSession* SockjsSessions::slowest() const {
    SockjsSession* found = nullptr;
    for (const auto& [key, session] : sessions_)
        if (found == nullptr || session->waiting_bytes() > found->waiting_bytes()) found = session.get();
    return found;
}

SockjsSession& SockjsSessions::add(Site& site, const Endpoint& endpoint, std::string key,
                                   SockjsOpening opening) {
    auto session = std::make_unique<SockjsSession>(*this, site, endpoint, key, std::move(opening));
    return *sessions_.insert_or_assign(std::move(key), std::move(session)).first->second;
}

void SockjsSessions::remove(SockjsSession& session) {
    const auto found = sessions_.find(session.key());
    std::ranges::replace(marked_, &session, nullptr);
    removed_.push_back(std::move(found->second));
    sessions_.erase(found);
}

void SockjsSessions::end_turn() {
    while (!idle()) {
        for (std::size_t i = 0; i < marked_.size(); ++i)  // NOLINT: others may be marked meanwhile
            if (SockjsSession* const session = std::exchange(marked_[i], nullptr)) session->flush();
        marked_.clear();
        std::exchange(removed_, {}).clear();  // their ends may mark others
    }
    pieces_.clear();
    ++turn_;
}

void SockjsSessions::shut_down() {
    for (const auto& [key, session] : sessions_) session->shut_down();
}

}  // namespace stentor::transport
