#pragma once

#include "broker/broker.hpp"
#include "controller/router.hpp"
#include "hub/askers.hpp"
#include "hub/client.hpp"
#include "hub/gatekeeper.hpp"
#include "hub/present_users.hpp"
#include "hub/reply_queues.hpp"
#include "hub/user_directory.hpp"
#include "stentor/mapping.hpp"

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stentor::hub {

struct Settings {
    std::vector<std::string> application_destination_prefixes{"/app"};
    std::string user_destination_prefix = "/user";
    std::string error_destination = "/queue/errors";  ///< below the user prefix
    std::size_t max_calls = 1000;                     ///< of one session, under way at once
    bool user_messages = false;  ///< clients may send to "/user/{name}/...", but for the error destination
    /// Whether who gets a message from the broker can reach this server's reply queues.
    bool replies_through_broker = true;
};

/// The hubs of the other shards, and of other servers.
class Neighbours {
public:
    /// Each of them delivers to that user's sessions it has. Done when all shards will, and the broker has it
    /// for the other servers.
    virtual void send_to_user(const std::string& user, const std::string& destination,
                              const MessagePtr& message, broker::Broker::Done done) = 0;

protected:
    ~Neighbours() = default;
};

/// One shard's switchboard: decides where what a session sends or subscribes to goes - a controller function,
/// a user's sessions or the broker - and brings the outcome back. Shard-local.
class Hub {
public:
    Hub(const Settings& settings, const controller::Router& router, broker::Broker& broker,
        Execution& execution, Neighbours& neighbours, ReplyQueues& replies, std::string id_prefix);

    void attach(Client& client);
    /// Nothing comes to the client after this; its subscriptions must have been removed.
    void detach(Client& client);
    /// From now on the listener hears of each user whose first session begins on this shard, or whose last
    /// ends. Before any client is attached.
    void watch_users(PresentUsers::Listener listener) { present_.emplace(std::move(listener)); }

    /// Who may do what. A client's session asks it before it sends or subscribes.
    [[nodiscard]] Gatekeeper& gatekeeper() { return gatekeeper_; }
    /// New rules: in force at once, also for what there is already. How many sessions and subscriptions
    /// ended.
    std::size_t set_policy(Gatekeeper::Policy policy);
    /// The client's authorities are others: ends what it may not have any more, itself included.
    std::size_t recheck(Client& client);

    [[nodiscard]] bool is_for_application(std::string_view destination) const {
        return application_prefix(destination) != nullptr;
    }
    /// Whether clients can send there at all; what the application says of it is another matter.
    [[nodiscard]] Result<void> check_send(std::string_view destination) const;
    /// Whether a message to that destination may have a temporary queue as its `reply-to`.
    [[nodiscard]] Result<void> check_temp_reply(std::string_view destination) const;
    /// A client's SEND. `message` has no id yet, and is nobody else's. Where it has a `reply-to` that begins
    /// with '/', a function's result goes there, if the client itself may send there; a temporary queue goes
    /// by its reply_name.
    void send(Client& client, std::shared_ptr<Message> message, Ticket ticket);
    /// Whether what is sent there is the broker's.
    [[nodiscard]] bool is_for_broker(std::string_view destination) const {
        return route(destination) == Route::broker;
    }
    /// The SENDs of one transaction that are for the broker, which gets them together.
    void send_all(Client& client, std::vector<std::shared_ptr<Message>> messages, Ticket ticket);
    /// A client's SUBSCRIBE, with its other headers. The subscription must stay until unsubscribe().
    void subscribe(Client& client, broker::Subscription& subscription, Headers headers, Ticket ticket);
    void unsubscribe(Client& client, broker::Subscription& subscription);
    /// A subscription to a temporary queue that no SUBSCRIBE asked for; otherwise it is one as others.
    Result<void> open_temp_queue(const broker::Subscription& subscription);
    [[nodiscard]] const std::string& reply_name(const broker::Subscription& subscription) const;
    /// How a delivery with a number ended.
    void settle(broker::Subscription& subscription, std::uint64_t delivery, broker::Settlement settlement);

    /// From the application itself: to the broker, or to users by "/user/{name}/...".
    void publish(Message message, broker::Broker::Done done);
    /// To a user's sessions in two steps: once, and then on each shard. How many it reached there.
    [[nodiscard]] MessagePtr seal(Message message);
    std::size_t deliver_to_user(const std::string& user, const std::string& destination,
                                const MessagePtr& message);
    std::size_t deliver_to_session(std::string_view session, const std::string& destination,
                                   const MessagePtr& message);

    /// From another shard: false when there is no such queue.
    bool deliver_reply(const Message& message);

    /// Shows an error to a client on its own error destination; false when it did not subscribe there.
    bool tell_error(const Client& client, const Error& error, const std::string& destination,
                    const Headers& headers);

    /// Delivers what waits for the end of the turn, before something else is said that came later.
    void flush() { broker_.flush(); }

    /// Answers to errors that reached nobody: who sent had not subscribed to its error destination.
    [[nodiscard]] std::uint64_t unheard_errors() const { return unheard_errors_; }
    [[nodiscard]] UserDirectory& users() { return users_; }

private:
    enum class Route : std::uint8_t { application, user, temp_queue, reply_queue, broker, nowhere };
    [[nodiscard]] Route route(std::string_view destination) const;
    [[nodiscard]] Result<void> check_send_to_user(std::string_view destination) const;
    [[nodiscard]] const std::string* application_prefix(std::string_view destination) const;
    struct Asking;
    void dispatch(Client& client, Mapping::Kind kind, std::shared_ptr<Message> message, Ticket ticket,
                  std::uint64_t subscription);
    Result<void> take_reply_to(Asking& asking) const;
    void outcome(const Asking& asking, Outcome outcome);
    void refuse(const Asking& asking, const Error& error);
    void reply_error(const Asking& asking, const Error& error);
    void note_unheard(const Asking& asking);
    void send_reply(const Client& client, const MessagePtr& message, Ticket ticket);
    void reply(OutgoingReply reply, const Asking& asking, const broker::Broker::Done& done);
    void publish(std::shared_ptr<Message> message, broker::Broker::Done done);
    void publish_to_user(std::shared_ptr<Message> message, broker::Broker::Done done);
    void send_to_user(const std::string& user, const std::string& destination,
                      std::shared_ptr<Message> message, broker::Broker::Done done);
    MessagePtr seal(std::shared_ptr<Message> message);
    [[nodiscard]] broker::Broker::Done tell(std::uint64_t client_key, Ticket ticket);
    void finished(std::uint64_t client_key, Ticket ticket, const Result<void>& result);

    const Settings& settings_;
    Gatekeeper gatekeeper_;
    const controller::Router& router_;
    broker::Broker& broker_;
    Execution& execution_;
    Neighbours& neighbours_;
    ReplyQueues& replies_;
    UserDirectory users_;
    std::optional<PresentUsers> present_;  ///< where somebody watches
    Askers askers_;                        ///< of what the broker has not answered
    std::string id_prefix_;
    std::uint64_t last_id_ = 0;
    std::uint64_t unheard_errors_ = 0;
    std::unordered_map<std::uint64_t, const broker::Subscription*>
        asking_;  ///< those whose functions have not answered; forgotten when they unsubscribe
    std::uint64_t last_asking_ = 0;
};

}  // namespace stentor::hub
