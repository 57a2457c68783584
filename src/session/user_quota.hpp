#pragma once

#include <memory>
#include <string>

namespace stentor::session {

/// How many sessions each user may have on this server. Any thread.
class UserQuota {
public:
    /// One session's part of it, for as long as it is kept.
    using Place = std::shared_ptr<void>;

    virtual ~UserQuota() = default;
    /// Null: that user has as many as there may be.
    [[nodiscard]] virtual Place take(const std::string& user) = 0;
};

}  // namespace stentor::session
