#include "controller/addressing.hpp"

#include <algorithm>
#include <array>

namespace stentor::controller {
namespace {

using To = OutgoingReply::To;

/// Headers that belong to the server, whatever a function says (STOMP 1.2, MESSAGE).
constexpr std::array<std::string_view, 8> servers_own = {"message-id",     "subscription", "destination",
                                                         "content-length", "ack",          "receipt",
                                                         "receipt-id",     "transaction"};

Headers message_headers(Headers headers, const std::string& content_type) {
    if (!headers.empty())
        for (std::string_view name : servers_own) headers.erase(name);
    if (!headers.contains("content-type")) headers.add("content-type", content_type);
    return headers;
}

std::vector<OutgoingReply> own_replies(const Content& content) {
    std::vector<OutgoingReply> replies;
    for (const std::string& destination : content.destinations)
        replies.push_back(
            {content.user ? To::user : To::broker, destination, content.user.value_or(""), nullptr});
    return replies;
}

}  // namespace

Result<Addressing> Addressing::make(const ReplyTargets& targets, Default otherwise,
                                    const std::vector<std::string_view>& variables) {
    Addressing made;
    made.otherwise_ = otherwise;
    for (const ReplyTargets::User& user : targets.users) {
        Result<DestinationTemplate> destination = DestinationTemplate::parse(user.destination, variables);
        if (!destination) return destination.error();
        made.users_.push_back({std::move(*destination), user.sessions});
    }
    for (const std::string& text : targets.destinations) {
        Result<DestinationTemplate> destination = DestinationTemplate::parse(text, variables);
        if (!destination) return destination.error();
        made.destinations_.push_back(std::move(*destination));
    }
    return made;
}

OutgoingReply Addressing::default_reply(const Call& call) const {
    switch (otherwise_) {
        case Default::topic:
            return {To::broker, call.lookup == "/" ? "/topic" : "/topic" + call.lookup, {}, nullptr};
        case Default::direct: return {To::direct, call.message->destination, {}, nullptr};
        case Default::errors: return {To::session_user, "/queue/errors", {}, nullptr};
    }
    return {};
}

std::vector<OutgoingReply> Addressing::target_replies(const Call& call) const {
    std::vector<OutgoingReply> replies;
    replies.reserve(users_.size() + destinations_.size());
    const auto& principal = call.principal;
    for (const User& user : users_) {
        const bool all = user.sessions == UserSessions::all && principal;
        replies.push_back({all ? To::user : To::session_user, user.destination.fill(call.variables),
                           principal ? principal->name : "", nullptr});
    }
    for (const DestinationTemplate& destination : destinations_)
        replies.push_back({To::broker, destination.fill(call.variables), {}, nullptr});
    return replies;
}

std::vector<OutgoingReply> Addressing::address(Content content, const Call& call) const {
    std::vector<OutgoingReply> replies = own_replies(content);
    if (replies.empty()) replies = target_replies(call);
    if (!call.reply_to.empty()) replies.push_back({To::reply_to, call.reply_to, {}, nullptr});
    else if (replies.empty()) replies.push_back(default_reply(call));
    Headers headers = message_headers(std::move(content.headers), content.body.content_type);
    for (OutgoingReply& reply : replies) {
        const bool last = &reply == &replies.back();
        reply.message = std::make_shared<Message>();
        reply.message->destination = reply.destination;
        reply.message->headers = last ? std::move(headers) : headers;
        reply.message->body = last ? std::move(content.body.bytes) : content.body.bytes;
        if (reply.to != To::reply_to) continue;
        if (const auto id = call.message->headers.find("correlation-id"))
            reply.message->headers.set("correlation-id", *id);
    }
    return replies;
}

}  // namespace stentor::controller
