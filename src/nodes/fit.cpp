// Tests: tests/unit/nodes/fit_test.cpp
#include "nodes/fit.hpp"

namespace stentor::nodes {
namespace {

constexpr std::size_t for_head = 128;  ///< bytes of a letter around what is found
constexpr std::size_t for_length = 5;  ///< bytes before a text, at most

std::size_t size_of(const FoundSubscription& subscription) {
    return subscription.id.size() + subscription.destination.size() + 2 * for_length;
}

}  // namespace

void fit(Reply& reply, std::size_t max_bytes) {
    std::size_t bytes = for_head;
    for (std::size_t i = 0; i < reply.sessions.size(); ++i) {
        FoundSession& session = reply.sessions[i];
        bytes += session.id.size() + session.user.size() + 3 * for_length;
        std::size_t fitting = 0;
        for (const FoundSubscription& subscription : session.subscriptions) {
            if (bytes + size_of(subscription) > max_bytes) break;
            bytes += size_of(subscription);
            ++fitting;
        }
        const bool is_cut = fitting < session.subscriptions.size() || bytes > max_bytes;
        if (!is_cut) continue;
        session.subscriptions.resize(fitting);
        reply.sessions.resize(bytes > max_bytes ? i : i + 1);
        reply.cut = true;
        return;
    }
}

}  // namespace stentor::nodes
