// Tests: tests/unit/hub/hub_test.cpp, tests/unit/hub/hub_replies_test.cpp,
// tests/unit/hub/hub_reply_to_test.cpp
#include "hub/hub.hpp"

#include "base/log.hpp"
#include "broker/gather.hpp"
#include "hub/wants.hpp"
#include "messaging/destination.hpp"
#include "messaging/user_name.hpp"

#include <charconv>
#include <memory>
#include <utility>

namespace stentor::hub {
namespace {

Error nowhere() { return {Errc::not_found, "Neither the application nor the broker has that destination"}; }

/// What "/user/{name}/..." means.
struct UserTarget {
    std::string user;
    std::string destination;
};

Result<UserTarget> read_user_target(std::string_view destination, std::string_view prefix) {
    std::string_view rest = messaging::without_prefix(destination, prefix);
    const std::string_view segment = messaging::next_segment(rest);
    if (segment.empty() || rest.empty()) return nowhere();
    const auto user = messaging::decode_user_name(segment);
    if (!user) return Error{Errc::malformed, "The user's name is not percent-encoded as it should be"};
    return UserTarget{*user, std::string(rest)};
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    return out + '"';
}

/// What is told of an error where there is no frame for it.
std::shared_ptr<Message> error_message(const Error& error, const std::string& destination,
                                       const Headers& headers) {
    auto message = std::make_shared<Message>();
    message->headers.add("content-type", "application/json");
    message->headers.add("code", to_string(error.code));
    if (const auto id = headers.find("correlation-id")) message->headers.add("correlation-id", *id);
    message->body = "{\"code\":" + quoted(to_string(error.code)) + ",\"message\":" + quoted(error.message) +
                    ",\"destination\":" + quoted(destination) + "}";
    return message;
}

}  // namespace

Hub::Hub(const Settings& settings, const controller::Router& router, broker::Broker& broker,
         Execution& execution, Neighbours& neighbours, ReplyQueues& replies, std::string id_prefix)
    : settings_(settings),
      gatekeeper_(settings),
      router_(router),
      broker_(broker),
      execution_(execution),
      neighbours_(neighbours),
      replies_(replies),
      users_(settings.user_destination_prefix),
      id_prefix_(std::move(id_prefix)) {}

void Hub::attach(Client& client) {
    users_.attach(client);
    if (present_ && client.state()->principal) present_->add(client.state()->principal->name);
}

void Hub::detach(Client& client) {
    if (users_.detach(client) && present_ && client.state()->principal)
        present_->remove(client.state()->principal->name);
}

/// One that ends may end others: they are looked up one by one.
std::size_t Hub::set_policy(Gatekeeper::Policy policy) {
    gatekeeper_.set_policy(std::move(policy));
    if (!gatekeeper_.has_policy()) return 0;
    std::vector<std::uint64_t> keys;
    users_.for_each([&](const Client& client) { keys.push_back(client.key); });
    std::size_t ended = 0;
    for (const std::uint64_t key : keys)
        if (Client* const client = users_.find(key)) ended += recheck(*client);
    return ended;
}

std::size_t Hub::recheck(Client& client) {
    constexpr std::uint16_t policy_violation = 1008;
    const std::shared_ptr<const SessionState> session = client.state();
    if (!gatekeeper_.allows_session(*session))
        return client.close(access_denied().message, policy_violation) ? 1 : 0;
    return client.end_subscriptions(
        [&](const std::string& destination) {
            return gatekeeper_.allows_subscription(*session, destination);
        },
        access_denied());
}

const std::string* Hub::application_prefix(std::string_view destination) const {
    for (const std::string& prefix : settings_.application_destination_prefixes)
        if (messaging::has_prefix(destination, prefix)) return &prefix;
    return nullptr;
}

Hub::Route Hub::route(std::string_view destination) const {
    if (application_prefix(destination) != nullptr) return Route::application;
    if (messaging::has_prefix(destination, settings_.user_destination_prefix)) return Route::user;
    if (is_temp_queue(destination)) return Route::temp_queue;
    if (is_reply_queue(destination)) return Route::reply_queue;
    return broker_.handles(destination) ? Route::broker : Route::nowhere;
}

/// A call that is under way, and who asked for it, in numbers: they may be gone when its outcome comes.
struct Hub::Asking final : Call {
    std::uint64_t client = 0;
    Ticket ticket = 0;
    std::uint64_t subscription = 0;  ///< in asking_; 0 for a SEND
};

/// From here on a message is shared and const. Its id is the same for all who get it.
MessagePtr Hub::seal(std::shared_ptr<Message> message) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, ++last_id_).ptr;
    message->id.assign(id_prefix_).append(digits, end);
    return message;
}

/// A callback of two words, for which std::function takes no memory.
broker::Broker::Done Hub::tell(std::uint64_t client_key, Ticket ticket) {
    return [this, place = askers_.add({client_key, ticket})](const Result<void>& result) {
        const Askers::Asker asker = askers_.take(place);
        finished(asker.client, asker.ticket, result);
    };
}

void Hub::finished(std::uint64_t client_key, Ticket ticket, const Result<void>& result) {
    if (Client* client = users_.find(client_key)) client->finished(ticket, result);
}

Result<void> Hub::check_send(std::string_view destination) const {
    switch (route(destination)) {
        case Route::user: return check_send_to_user(destination);
        case Route::temp_queue:
            return Error{Errc::forbidden,
                         "A temporary queue goes in a reply-to; its messages' reply-to says "
                         "where to send the answer"};
        case Route::nowhere: return nowhere();
        case Route::application:
        case Route::reply_queue:
        case Route::broker: break;
    }
    return {};
}

/// Whether there is such a user is not told.
Result<void> Hub::check_send_to_user(std::string_view destination) const {
    if (!settings_.user_messages) return Error{Errc::forbidden, "Clients cannot send to user destinations"};
    const auto target = read_user_target(destination, settings_.user_destination_prefix);
    if (target.has_error()) return target.error();
    if (target->destination == settings_.error_destination)
        return Error{Errc::forbidden, "Clients cannot send to error destinations"};
    return {};
}

Result<void> Hub::check_temp_reply(std::string_view destination) const {
    if (settings_.replies_through_broker || route(destination) != Route::broker) return {};
    return Error{Errc::unsupported,
                 "With a broker relay only the application can answer to a temporary queue"};
}

void Hub::send(Client& client, std::shared_ptr<Message> message, Ticket ticket) {
    switch (route(message->destination)) {
        case Route::user:
            if (const auto ok = check_send_to_user(message->destination); ok.has_error())
                return client.refused(ticket, ok.error(), message->headers);
            return publish_to_user(std::move(message), tell(client.key, ticket));
        case Route::temp_queue:
        case Route::nowhere:
            return client.refused(ticket, check_send(message->destination).error(), message->headers);
        case Route::reply_queue: return send_reply(client, seal(std::move(message)), ticket);
        case Route::application:
            return dispatch(client, Mapping::Kind::message, std::move(message), ticket, 0);
        case Route::broker: break;
    }
    broker_.publish(seal(std::move(message)), tell(client.key, ticket));
}

void Hub::send_all(Client& client, std::vector<std::shared_ptr<Message>> messages, Ticket ticket) {
    std::vector<MessagePtr> sealed;
    sealed.reserve(messages.size());
    for (std::shared_ptr<Message>& message : messages) sealed.push_back(seal(std::move(message)));
    broker_.publish_all(std::move(sealed), tell(client.key, ticket));
}

void Hub::subscribe(Client& client, broker::Subscription& subscription, Headers headers, Ticket ticket) {
    switch (route(subscription.destination)) {
        case Route::application:
            subscription.key = ++last_asking_;
            asking_.emplace(subscription.key, &subscription);
            return dispatch(
                client, Mapping::Kind::subscribe,
                std::make_shared<Message>(Message{subscription.destination, std::move(headers), {}, {}}),
                ticket, subscription.key);
        case Route::user: users_.subscribe(client, subscription); return client.finished(ticket, {});
        case Route::temp_queue: return client.finished(ticket, replies_.open(subscription));
        case Route::reply_queue:
            return client.finished(ticket, Error{Errc::forbidden, "A reply queue is its session's alone"});
        case Route::nowhere: return client.finished(ticket, nowhere());
        case Route::broker: break;
    }
    broker_.subscribe_with(
        headers, subscription,
        [this, key = client.key, ticket](const Result<void>& result) { finished(key, ticket, result); });
}

void Hub::unsubscribe(Client& client, broker::Subscription& subscription) {
    switch (route(subscription.destination)) {
        case Route::application: asking_.erase(subscription.key); return;
        case Route::temp_queue: return replies_.close(subscription);
        case Route::reply_queue:
        case Route::nowhere: return;
        case Route::user: return users_.unsubscribe(client, subscription);
        case Route::broker: return broker_.unsubscribe(subscription);
    }
}

void Hub::settle(broker::Subscription& subscription, std::uint64_t delivery, broker::Settlement settlement) {
    if (route(subscription.destination) == Route::broker) broker_.settle(subscription, delivery, settlement);
}

void Hub::dispatch(Client& client, Mapping::Kind kind, std::shared_ptr<Message> message, Ticket ticket,
                   std::uint64_t subscription) {
    const auto asking = std::make_shared<Asking>();
    const std::string& destination = message->destination;
    asking->lookup = messaging::without_prefix(destination, *application_prefix(destination));
    asking->message = seal(std::move(message));
    asking->session = client.state();
    asking->execution = &execution_;
    asking->client = client.key;
    asking->ticket = ticket;
    asking->subscription = subscription;
    ++client.calls;
    if (kind == Mapping::Kind::message)
        if (const auto ok = take_reply_to(*asking); ok.has_error())
            return outcome(*asking, {.error = ok.error()});
    if (client.calls > settings_.max_calls)
        return outcome(*asking, {.error = Error{Errc::unavailable, "Too many calls are under way"}});
    // The router keeps the call, and so what is referred to, until it has told its outcome.
    const bool mapped = router_.dispatch(
        kind, asking, [this, raw = asking.get()](Outcome result) { outcome(*raw, std::move(result)); });
    if (!mapped) outcome(*asking, {.error = Error{Errc::not_found, "Nothing is mapped to that destination"}});
}

/// A destination is where the client itself may send; anything else is the application's own.
Result<void> Hub::take_reply_to(Asking& asking) const {
    const auto to = asking.message->headers.find("reply-to");
    if (!to || !to->starts_with('/')) return {};
    const Route target = route(*to);
    if (target == Route::application)
        return Error{Errc::forbidden, "A result cannot be sent to the application"};
    if (const auto ok = check_send(*to); ok.has_error()) return ok;
    asking.reply_to = *to;
    return {};
}

void Hub::outcome(const Asking& asking, Outcome outcome) {
    if (Client* const client = users_.find(asking.client)) --client->calls;
    if (outcome.error) {
        refuse(asking, *outcome.error);
    } else if (outcome.replies.empty()) {
        finished(asking.client, asking.ticket, {});
    } else if (outcome.replies.size() == 1) {
        reply(std::move(outcome.replies.front()), asking, tell(asking.client, asking.ticket));
    } else {
        const auto gather =
            std::make_shared<broker::Gather>(outcome.replies.size(), tell(asking.client, asking.ticket));
        for (OutgoingReply& r : outcome.replies)
            reply(std::move(r), asking, [gather](const Result<void>& result) { gather->one(result); });
    }
    asking_.erase(asking.subscription);
}

/// An application's error is shown where the result was to go, or on the client's error destination where it
/// listens; otherwise, or when a receipt was asked, the session answers with ERROR.
void Hub::refuse(const Asking& asking, const Error& error) {
    log::debug("message_refused",
               {{"session", asking.session->id},
                {"destination", asking.message->destination},
                {"code", to_string(error.code)},
                {"reason", error.message},
                {"correlation-id", asking.message->headers.find("correlation-id").value_or("")}});
    Client* const client = users_.find(asking.client);
    if (client == nullptr) return;
    const Message& asked = *asking.message;
    if (!asking.reply_to.empty()) reply_error(asking, error);
    const bool told =
        !client->asked_receipt(asking.ticket) &&
        (!asking.reply_to.empty() || tell_error(*client, error, asked.destination, asked.headers));
    if (told) client->finished(asking.ticket, {});
    else client->refused(asking.ticket, error, asked.headers);
}

void Hub::reply_error(const Asking& asking, const Error& error) {
    const auto message = error_message(error, asking.message->destination, asking.message->headers);
    message->destination = asking.reply_to;
    publish(message, [](const Result<void>&) {});
}

/// Who asked may be gone, which is no fault of who answers: that does not end its session.
void Hub::send_reply(const Client& client, const MessagePtr& message, Ticket ticket) {
    flush();
    replies_.send(message, [this, key = client.key, ticket, message](const Result<void>& result) {
        const Client* const sender = users_.find(key);
        if (sender != nullptr && result.has_error())
            tell_error(*sender, result.error(), message->destination, message->headers);
        finished(key, ticket, {});
    });
}

bool Hub::deliver_reply(const Message& message) {
    flush();
    return replies_.deliver(message);
}

Result<void> Hub::open_temp_queue(const broker::Subscription& subscription) {
    return replies_.open(subscription);
}

const std::string& Hub::reply_name(const broker::Subscription& subscription) const {
    return replies_.name_of(subscription);
}

void Hub::reply(OutgoingReply reply, const Asking& asking, const broker::Broker::Done& done) {
    std::shared_ptr<Message> message = std::move(reply.message);
    switch (reply.to) {
        case OutgoingReply::To::broker: return publish(std::move(message), done);
        case OutgoingReply::To::reply_to:
            if (!is_reply_queue(reply.destination)) return publish(std::move(message), done);
            publish(std::move(message), [](const Result<void>&) {});
            break;
        case OutgoingReply::To::user:
            return send_to_user(reply.user, reply.destination, std::move(message), done);
        case OutgoingReply::To::session_user:
            flush();
            if (const Client* const client = users_.find(asking.client)) {
                const auto reached =
                    users_.send_to_session(*client, reply.destination, *seal(std::move(message)));
                if (reached == 0 && reply.destination == settings_.error_destination) note_unheard(asking);
            }
            break;
        case OutgoingReply::To::direct:
            if (const auto found = asking_.find(asking.subscription); found != asking_.end()) {
                const broker::Subscription& subscription = *found->second;
                message->destination = subscription.destination;
                if (!wants(subscription, *message)) break;
                const MessagePtr sealed = seal(std::move(message));
                flush();
                subscription.subscriber.deliver(subscription, {sealed});
            }
            break;
    }
    done({});
}

void Hub::publish(Message message, broker::Broker::Done done) {
    publish(std::make_shared<Message>(std::move(message)), std::move(done));
}

void Hub::publish(std::shared_ptr<Message> message, broker::Broker::Done done) {
    switch (route(message->destination)) {
        case Route::broker: return broker_.publish(seal(std::move(message)), std::move(done));
        case Route::user: return publish_to_user(std::move(message), std::move(done));
        case Route::reply_queue: flush(); return replies_.send(seal(std::move(message)), std::move(done));
        case Route::application:
        case Route::temp_queue:
        case Route::nowhere: break;
    }
    log::warning("message_without_route", {{"destination", message->destination}});
    done(nowhere());
}

void Hub::publish_to_user(std::shared_ptr<Message> message, broker::Broker::Done done) {
    const auto target = read_user_target(message->destination, settings_.user_destination_prefix);
    if (target.has_error()) return done(target.error());
    send_to_user(target->user, target->destination, std::move(message), std::move(done));
}

void Hub::send_to_user(const std::string& user, const std::string& destination,
                       std::shared_ptr<Message> message, broker::Broker::Done done) {
    const MessagePtr sealed = seal(std::move(message));
    flush();
    users_.send_to_user(user, destination, *sealed);
    neighbours_.send_to_user(user, destination, sealed, std::move(done));
}

MessagePtr Hub::seal(Message message) { return seal(std::make_shared<Message>(std::move(message))); }

std::size_t Hub::deliver_to_user(const std::string& user, const std::string& destination,
                                 const MessagePtr& message) {
    flush();
    return users_.send_to_user(user, destination, *message);
}

std::size_t Hub::deliver_to_session(std::string_view session, const std::string& destination,
                                    const MessagePtr& message) {
    flush();
    return users_.send_to_session(session, destination, *message);
}

/// What the application says of an error is its answer, and ends no session: but it should know that nobody
/// listens. Once, for a client can cause many.
void Hub::note_unheard(const Asking& asking) {
    if (++unheard_errors_ != 1) return;
    log::warning("error_unheard", {{"session", asking.session->id},
                                   {"destination", asking.message->destination},
                                   {"reason", "not subscribed to " + settings_.user_destination_prefix +
                                                  settings_.error_destination}});
}

bool Hub::tell_error(const Client& client, const Error& error, const std::string& destination,
                     const Headers& headers) {
    flush();
    const MessagePtr message = seal(error_message(error, destination, headers));
    return users_.send_to_session(client, settings_.error_destination, *message) != 0;
}

}  // namespace stentor::hub
