// Tests: tests/flow/user_messages_flow_test.cpp, tests/flow/server_flow_test.cpp
#include "stentor/messenger.hpp"

#include "app/count_everywhere.hpp"
#include "app/inside.hpp"
#include "app/pending_answer.hpp"
#include "base/log.hpp"

#include <memory>
#include <utility>

namespace stentor {
namespace {

void log_dropped(const std::string& destination) {
    log::warning("message_dropped",
                 {{"destination", destination}, {"reason", "the application does not run"}});
}

/// To the sessions that `deliver(hub, message)` finds on each shard, and to other servers' of that name; and
/// how many these were.
template <class Deliver>
Pending<std::size_t> deliver_on_all(app::Inside& inside, nodes::Target target, std::string name,
                                    Message message, Deliver deliver) {
    auto reached = std::make_shared<app::PendingAnswer<std::size_t>>(inside);
    Pending<std::size_t> pending = reached->pending();
    const std::string destination = message.destination;
    const bool runs = inside.on_a_shard([message = std::move(message), target, name = std::move(name),
                                         deliver, reached](app::Shard& home) mutable {
        const MessagePtr sealed = home.hub().seal(std::move(message));
        app::count_everywhere<std::size_t>(
            home, [deliver, name, sealed](app::Shard& each) { return deliver(each.hub(), name, sealed); },
            nodes::Deliver{target, name, sealed->destination, sealed}, reached);
    });
    if (!runs) log_dropped(destination);
    return pending;
}

}  // namespace

Message Messenger::message(std::string destination, Body body, Headers headers) {
    if (!headers.contains("content-type")) headers.add("content-type", body.content_type);
    return {std::move(destination), std::move(headers), std::move(body.bytes), {}};
}

void Messenger::send(Message message) {
    const std::string destination = message.destination;
    const bool runs = inside_.on_a_shard([message = std::move(message)](app::Shard& shard) mutable {
        shard.hub().publish(std::move(message), [](const Result<void>&) {});
    });
    if (!runs) log_dropped(destination);
}

Pending<std::size_t> Messenger::send_to_user(std::string user, Message message) {
    return deliver_on_all(inside_, nodes::Target::user, std::move(user), std::move(message),
                          [](hub::Hub& hub, const std::string& name, const MessagePtr& sealed) {
                              return hub.deliver_to_user(name, sealed->destination, sealed);
                          });
}

Pending<std::size_t> Messenger::send_to_session(std::string session, Message message) {
    return deliver_on_all(inside_, nodes::Target::session, std::move(session), std::move(message),
                          [](hub::Hub& hub, const std::string& name, const MessagePtr& sealed) {
                              return hub.deliver_to_session(name, sealed->destination, sealed);
                          });
}

}  // namespace stentor
