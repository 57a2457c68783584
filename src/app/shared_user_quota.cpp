// Tests: tests/unit/app/shared_user_quota_test.cpp
#include "app/shared_user_quota.hpp"

namespace stentor::app {

session::UserQuota::Place SharedUserQuota::take(const std::string& user) {
    const std::lock_guard lock(mutex_);
    std::size_t& count = sessions_[user];
    if (count >= most_) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        return nullptr;
    }
    ++count;
    // Not of a null pointer: such a place would look like none.
    return {this, [self = shared_from_this(), user](void*) { self->give_back(user); }};
}

void SharedUserQuota::give_back(const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(user);
    if (--found->second == 0) sessions_.erase(found);
}

}  // namespace stentor::app
