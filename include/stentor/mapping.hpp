#pragma once

#include "stentor/arguments.hpp"
#include "stentor/detail/bind.hpp"
#include "stentor/execution.hpp"
#include "stentor/replies.hpp"

#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stentor {

/// One message to send.
struct OutgoingReply {
    enum class To {
        broker,        ///< published at `destination`
        user,          ///< every session of `user`, at their "/user" + `destination`
        session_user,  ///< only the asking session, at its "/user" + `destination`
        direct,        ///< only the subscription that asked
        reply_to,      ///< published at `destination`, if there is still anybody
    };
    To to = To::broker;
    std::string destination;
    std::string user = {};
    std::shared_ptr<Message> message;  ///< nobody else's: it is given its id, and then it is const
};

/// What became of one call: what to send, or why nothing could be done. The error is safe to show to the
/// peer.
struct Outcome {
    std::vector<OutgoingReply> replies = {};
    std::optional<Error> error = {};
};

/// Called exactly once for each call, on the session's shard.
using Completion = std::function<void(Outcome)>;

/// Which sessions of a user a `send_to_user` means. Of somebody not logged in it is always the asking one.
enum class UserSessions { all, asking };

/// Where a function's results go. `{name}` in a destination stands for the pattern's variable.
struct ReplyTargets {
    struct User {
        std::string destination;
        UserSessions sessions = UserSessions::all;
    };
    std::vector<std::string> destinations = {};
    std::vector<User> users = {};

    [[nodiscard]] bool empty() const { return destinations.empty() && users.empty(); }
};

/// A registered function and what was said about it. Registering and the calls chained to it belong to
/// start-up; their mistakes are reported when the application starts.
class Mapping {
public:
    enum class Kind { message, subscribe };

    Mapping(Kind kind, std::string pattern, BoundFunction function);

    /// Publishes the result there, instead of "/topic" + the destination (message) or to the subscriber alone
    /// (subscribe). Several destinations, or several calls, add up.
    Mapping& send_to(std::string destination);
    Mapping& send_to(std::initializer_list<std::string> destinations);
    /// Sends the result to the user who asked, at "/user" + `destination`.
    Mapping& send_to_user(std::string destination, UserSessions sessions = UserSessions::all);
    /// The content type of the result, instead of the one its type has by itself ("application/json" for a
    /// struct): any for text and bytes, else one that is JSON or that a message converter writes.
    Mapping& produces(std::string content_type);
    /// For functions that block: they run on a worker thread. They may not take a Session, nor be coroutines.
    Mapping& on_workers();

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] const std::string& pattern() const { return pattern_; }
    [[nodiscard]] const BoundFunction& function() const { return function_; }
    [[nodiscard]] const ReplyTargets& targets() const { return targets_; }
    [[nodiscard]] bool runs_on_workers() const { return runs_on_workers_; }
    [[nodiscard]] const std::string& produced_content_type() const { return produces_; }
    /// `message mapping "/room/{id}"`, as errors name it.
    [[nodiscard]] std::string name() const;

private:
    Kind kind_;
    std::string pattern_;
    BoundFunction function_;
    ReplyTargets targets_;
    std::string produces_;
    bool runs_on_workers_ = false;
};

/// A function for one type of exceptions thrown by controller functions, and for the types derived from it
/// that have no handler of their own. Its result goes to the sender's own "/queue/errors" unless said
/// otherwise. The variables it takes, or sends to, are those that all the mappings it is for have.
class ExceptionMapping {
public:
    explicit ExceptionMapping(BoundExceptionHandler handler);

    ExceptionMapping& send_to(std::string destination);
    ExceptionMapping& send_to(std::initializer_list<std::string> destinations);
    ExceptionMapping& send_to_user(std::string destination, UserSessions sessions = UserSessions::all);

    [[nodiscard]] const BoundExceptionHandler& handler() const { return handler_; }
    [[nodiscard]] const ReplyTargets& targets() const { return targets_; }

private:
    BoundExceptionHandler handler_;
    ReplyTargets targets_;
};

/// The mappings of one controller and what they have in common (controller.hpp). Belongs to start-up.
struct MappingGroup {
    std::string prefix;         ///< a pattern; "" for what belongs to the application itself
    ReplyTargets targets = {};  ///< of message mappings that name none themselves
    std::deque<Mapping> mappings = {};
    std::deque<ExceptionMapping> exception_handlers = {};  ///< for its mappings, before the application's
};

}  // namespace stentor
