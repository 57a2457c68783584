#pragma once

#include "stentor/attributes.hpp"
#include "stentor/security.hpp"

#include <memory>
#include <string>
#include <utility>

namespace stentor {

/// A session as its controller functions see it. `id` never changes; `principal` keeps its name, and gets new
/// authorities when the client renews its credentials. Attributes are Shard-local.
struct SessionState {
    std::string id;
    std::shared_ptr<const Principal> principal = {};  ///< null: nobody is logged in
    Attributes attributes = {};
};

/// The session that sent the message. A handle: copies share the state, which outlives the connection while
/// one is kept. Shard-local.
class Session {
public:
    explicit Session(std::shared_ptr<SessionState> state) : state_(std::move(state)) {}
    [[nodiscard]] const std::string& id() const { return state_->id; }
    /// Null when nobody is logged in.
    [[nodiscard]] const Principal* principal() const { return state_->principal.get(); }
    [[nodiscard]] Attributes& attributes() { return state_->attributes; }

    /// For the library only.
    [[nodiscard]] const std::shared_ptr<SessionState>& state() const { return state_; }

private:
    std::shared_ptr<SessionState> state_;
};

}  // namespace stentor
