#pragma once

#include "base/clock.hpp"
#include "broker/subscription.hpp"
#include "session/acks.hpp"
#include "stentor/message.hpp"
#include "stentor/result.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stentor::session {

/// Of one session's open transactions together, but for the time.
struct TransactionLimits {
    std::size_t open = 16;
    std::size_t frames = 1000;
    std::size_t bytes = 1024 * 1024;
    base::Duration timeout = std::chrono::seconds(60);  ///< of each, from BEGIN on
};

/// One session's open transactions (STOMP 1.2, "BEGIN"): what their frames will do at COMMIT, in the order in
/// which the frames came. Shard-local.
class Transactions {
public:
    struct Acknowledgement {
        Acks::Id id;
        broker::Settlement how;
    };
    using Effect = std::variant<Message, Acknowledgement>;

    explicit Transactions(const TransactionLimits& limits) : limits_(limits) {}

    Result<void> begin(std::string_view id, base::TimePoint now);
    /// Whether that one is open.
    [[nodiscard]] Result<void> check(std::string_view id) const;
    Result<void> add(std::string_view id, Effect effect);
    /// Ends it, and gives what is to be done now.
    Result<std::vector<Effect>> commit(std::string_view id);
    Result<void> abort(std::string_view id);
    void abort_all();

    /// When the oldest has been open for too long; `never` when none is open.
    [[nodiscard]] base::TimePoint deadline() const;
    [[nodiscard]] std::size_t size() const { return open_.size(); }

private:
    struct Transaction {
        std::string id;
        base::TimePoint begun;
        std::vector<Effect> effects;
        std::size_t bytes = 0;
    };
    [[nodiscard]] std::vector<Transaction>::iterator find(std::string_view id);
    void end(std::vector<Transaction>::iterator transaction);

    const TransactionLimits& limits_;
    std::vector<Transaction> open_;  ///< the oldest first
    std::size_t frames_ = 0;         ///< in all of them
    std::size_t bytes_ = 0;
};

}  // namespace stentor::session
