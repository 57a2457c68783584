#include "broker/dead_letters.hpp"

#include "base/log.hpp"
#include "broker/dead_letter.hpp"

#include <memory>
#include <string_view>

namespace stentor::broker {
namespace {

void log_dropped(const Message& letter, std::string_view reason) {
    log::warning("dead_letter_dropped",
                 {{"destination", letter.destination}, {"message", letter.id}, {"reason", reason}});
}

}  // namespace

void DeadLetters::bury(const MessagePtr& dead) {
    ++count_;
    const std::string& destination = settings_.dead_letter_destination;
    if (destination.empty()) return log_dropped(*dead, "there is no dead-letter destination");
    if (dead->destination == destination) return log_dropped(*dead, "it came back from there too");
    if (!broker_.handles(destination)) return log_dropped(*dead, "the broker does not serve " + destination);
    broker_.publish(std::make_shared<const Message>(dead_letter(*dead, destination)),
                    [dead](const Result<void>& result) {
                        if (result.has_error()) log_dropped(*dead, result.error().message);
                    });
}

}  // namespace stentor::broker
