#pragma once

#include "controller/destination_template.hpp"
#include "stentor/mapping.hpp"

#include <string_view>
#include <vector>

namespace stentor::controller {

/// Where the answers of one mapping go: ReplyTargets made ready at start-up. Immutable.
class Addressing {
public:
    /// What happens without targets, and without a `reply_to`.
    enum class Default {
        topic,   ///< a message mapping: "/topic" + the destination
        direct,  ///< a subscribe mapping: to the subscription that asked
        errors,  ///< an exception handler: the sender's own "/queue/errors"
    };

    static Result<Addressing> make(const ReplyTargets& targets, Default otherwise,
                                   const std::vector<std::string_view>& variables);

    /// The messages to send. Content that brings destinations of its own goes only there; and all of it to
    /// `call.reply_to`, with the `correlation-id` of what was asked.
    [[nodiscard]] std::vector<OutgoingReply> address(Content content, const Call& call) const;

private:
    struct User {
        DestinationTemplate destination;
        UserSessions sessions;
    };
    [[nodiscard]] OutgoingReply default_reply(const Call& call) const;
    [[nodiscard]] std::vector<OutgoingReply> target_replies(const Call& call) const;

    Default otherwise_ = Default::topic;
    std::vector<User> users_;
    std::vector<DestinationTemplate> destinations_;
};

}  // namespace stentor::controller
