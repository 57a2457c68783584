#include "relay/leaving_queues.hpp"

#include <utility>

namespace stentor::relay {

void LeavingQueues::start(std::uint64_t number, const std::string& destination,
                          std::vector<std::string> acks) {
    acks_ += acks.size();
    destinations_.insert(destination);
    leaving_.emplace(number, Left{destination, std::move(acks)});
}

bool LeavingQueues::add(std::uint64_t number, std::string_view ack) {
    const auto found = leaving_.find(number);
    if (found == leaving_.end()) return false;
    if (ack.empty()) return true;
    ++acks_;
    found->second.acks.emplace_back(ack);
    return true;
}

bool LeavingQueues::end(std::uint64_t number) {
    const auto found = leaving_.find(number);
    return found != leaving_.end() && !std::exchange(found->second.has_ended, true);
}

std::optional<LeavingQueues::Left> LeavingQueues::finish(std::uint64_t number) {
    auto found = leaving_.extract(number);
    if (found.empty()) return std::nullopt;
    acks_ -= found.mapped().acks.size();
    destinations_.erase(found.mapped().destination);
    return std::move(found.mapped());
}

void LeavingQueues::clear() {
    leaving_.clear();
    destinations_.clear();
    acks_ = 0;
}

}  // namespace stentor::relay
