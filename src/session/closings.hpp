#pragma once

#include "base/clock.hpp"
#include "stentor/session.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <string_view>
#include <utility>

namespace stentor::session {

/// Sessions that the application has ended lately: who was about to CONNECT meanwhile is one of them,
/// although nobody could tell so early. Shard-local.
class Closings {
public:
    using Which = std::function<bool(std::string_view session, const Principal* user)>;

    /// `longest`: after which no session can still be about to CONNECT that was opened before.
    void add(base::TimePoint now, base::Duration longest, Which which) {
        while (!all_.empty() && now - all_.front().at > longest) all_.pop_front();
        all_.push_back({now, std::move(which)});
    }
    /// Whether one of them came after that session was opened, and is about it.
    [[nodiscard]] bool concern(base::TimePoint opened, std::string_view session,
                               const Principal* user) const {
        const auto first = std::ranges::lower_bound(all_, opened, {}, &Closing::at);
        return std::any_of(first, all_.end(), [&](const Closing& each) { return each.which(session, user); });
    }

private:
    struct Closing {
        base::TimePoint at;
        Which which;
    };
    std::deque<Closing> all_;  ///< by time
};

}  // namespace stentor::session
