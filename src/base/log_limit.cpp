#include "base/log_limit.hpp"

namespace stentor::log {

bool LogLimit::is_over(const Second& second, Time now) {
    return now < second.since || now - second.since >= std::chrono::seconds(1);
}

bool LogLimit::take(std::string_view event, Time now) {
    auto found = seconds_.find(event);
    if (found == seconds_.end()) found = seconds_.emplace(event, Second{now}).first;
    Second& second = found->second;
    if (is_over(second, now) && second.left_out == 0) second = {now};
    if (second.written < per_second_) {
        ++second.written;
        return true;
    }
    if (second.left_out++ == 0) ++limited_;
    return false;
}

std::vector<std::pair<std::string, std::uint64_t>> LogLimit::left_out(Time now) {
    std::vector<std::pair<std::string, std::uint64_t>> told;
    if (limited_ == 0) return told;
    for (auto& [event, second] : seconds_) {
        if (second.left_out == 0 || !is_over(second, now)) continue;
        told.emplace_back(event, second.left_out);
        second = {now};
        --limited_;
    }
    return told;
}

}  // namespace stentor::log
