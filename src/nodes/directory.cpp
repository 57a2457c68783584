// Tests: tests/unit/nodes/directory_test.cpp
#include "nodes/directory.hpp"

namespace stentor::nodes {
namespace {

constexpr std::size_t prefix_digits = 8;

}  // namespace

std::string session_prefix(std::string_view node) { return std::string(node.substr(0, prefix_digits)) + '-'; }

Peer* Directory::hear(const std::string& node, std::uint64_t epoch, base::TimePoint now) {
    auto found = peers_.find(node);
    if (found == peers_.end()) {
        if (peers_.size() >= limits_.max_nodes) return nullptr;
        found = peers_.emplace(node, Entry{Peer(limits_.max_users)}).first;
    }
    if (!found->second.peer.enter(epoch)) return nullptr;
    found->second.heard = now;
    return &found->second.peer;
}

void Directory::forget(const std::string& node) { peers_.erase(node); }

std::vector<std::string> Directory::take_silent(base::TimePoint now) {
    std::vector<std::string> silent;
    std::erase_if(peers_, [&](const auto& own) {
        if (now - own.second.heard < limits_.silence) return false;
        silent.push_back(own.first);
        return true;
    });
    return silent;
}

bool Directory::must_ask(const std::string& node, base::TimePoint now) {
    const auto found = peers_.find(node);
    if (found == peers_.end() || found->second.peer.is_complete()) return false;
    Entry& entry = found->second;
    if (entry.asked != base::TimePoint::min() && now - entry.asked < limits_.ask_interval) return false;
    entry.asked = now;
    return true;
}

void Directory::resume(base::TimePoint now) {
    for (auto& [node, entry] : peers_) {
        entry.heard = now;
        entry.asked = base::TimePoint::min();
        entry.peer.missed();
    }
}

std::vector<std::string> Directory::places_of(const std::string& user) const {
    std::vector<std::string> places;
    for (const auto& [node, entry] : peers_)
        if (entry.peer.may_have(user)) places.push_back(node);
    return places;
}

std::vector<std::string> Directory::places_of_session(std::string_view session) const {
    std::vector<std::string> places;
    for (const auto& [node, entry] : peers_)
        if (session.starts_with(session_prefix(node))) places.push_back(node);
    return places;
}

const Peer* Directory::find(const std::string& node) const {
    const auto found = peers_.find(node);
    return found == peers_.end() ? nullptr : &found->second.peer;
}

}  // namespace stentor::nodes
