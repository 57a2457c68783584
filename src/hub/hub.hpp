#pragma once

#include "broker/simple_broker.hpp"
#include "controller/router.hpp"
#include "hub/client.hpp"
#include "hub/user_directory.hpp"
#include "stentor/mapping.hpp"

#include <functional>
#include <string>
#include <vector>

namespace stentor::hub {

struct Settings {
    std::vector<std::string> application_destination_prefixes{"/app"};
    std::string user_destination_prefix = "/user";
    std::string error_destination = "/queue/errors";  ///< below the user prefix
};

/// The hubs of the other shards.
class Neighbours {
public:
    /// Each of them delivers to that user's sessions it has.
    virtual void send_to_user(const std::string& user, const std::string& destination,
                              const MessagePtr& message) = 0;

protected:
    ~Neighbours() = default;
};

/// One shard's switchboard: decides where what a session sends or subscribes to goes - a controller function,
/// a user's sessions or the broker - and brings the outcome back. Shard-local.
class Hub {
public:
    Hub(const Settings& settings, const controller::Router& router, broker::SimpleBroker& broker,
        Execution& execution, Neighbours& neighbours, std::string id_prefix);

    void attach(Client& client) { users_.attach(client); }
    /// Nothing comes to the client after this; its subscriptions must have been removed.
    void detach(Client& client) { users_.detach(client); }

    /// A client's SEND. `message` has no id yet.
    void send(Client& client, Message message, Ticket ticket);
    /// A client's SUBSCRIBE, with its other headers. The subscription must stay until unsubscribe().
    void subscribe(Client& client, broker::Subscription& subscription, Headers headers, Ticket ticket);
    void unsubscribe(Client& client, broker::Subscription& subscription);

    /// From the application itself: to the broker, or to users by "/user/{name}/...".
    void publish(Message message, broker::SimpleBroker::Done done);
    void send_to_user(const std::string& user, const std::string& destination, Message message);
    /// From a neighbour.
    void deliver_to_user(const std::string& user, const std::string& destination, const MessagePtr& message);

    /// Shows an error to a client on its own error destination; false when it did not subscribe there.
    bool tell_error(const Client& client, const Error& error, const std::string& destination,
                    const Headers& headers);

    [[nodiscard]] UserDirectory& users() { return users_; }

private:
    enum class Route : std::uint8_t { application, user, broker, nowhere };
    [[nodiscard]] Route route(std::string_view destination) const;
    [[nodiscard]] const std::string* application_prefix(std::string_view destination) const;
    void dispatch(Client& client, Mapping::Kind kind, Message message, std::string subscription_id,
                  Ticket ticket);
    void outcome(std::uint64_t client_key, const std::string& subscription_id, Ticket ticket,
                 const Message& asked, const Outcome& outcome);
    void refuse(std::uint64_t client_key, Ticket ticket, const Message& asked, const Error& error);
    void reply(const OutgoingReply& reply, std::uint64_t client_key, const std::string& subscription_id,
               const broker::SimpleBroker::Done& done);
    MessagePtr seal(Message message);
    void finished(std::uint64_t client_key, Ticket ticket, const Result<void>& result);

    const Settings& settings_;
    const controller::Router& router_;
    broker::SimpleBroker& broker_;
    Execution& execution_;
    Neighbours& neighbours_;
    UserDirectory users_;
    std::string id_prefix_;
    std::uint64_t last_id_ = 0;
};

}  // namespace stentor::hub
