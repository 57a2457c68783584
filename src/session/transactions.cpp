#include "session/transactions.hpp"

#include <algorithm>

namespace stentor::session {
namespace {

Error unknown() { return {Errc::not_found, "There is no such transaction"}; }

std::size_t weight(const Transactions::Effect& effect) {
    const auto* const message = std::get_if<Message>(&effect);
    if (message == nullptr) return 0;
    std::size_t bytes = message->destination.size() + message->body.size();
    for (const auto& [name, value] : message->headers) bytes += name.size() + value.size();
    return bytes;
}

}  // namespace

std::vector<Transactions::Transaction>::iterator Transactions::find(std::string_view id) {
    return std::ranges::find(open_, id, &Transaction::id);
}

Result<void> Transactions::check(std::string_view id) const {
    if (std::ranges::find(open_, id, &Transaction::id) == open_.end()) return unknown();
    return {};
}

Result<void> Transactions::begin(std::string_view id, base::TimePoint now) {
    if (find(id) != open_.end()) return Error{Errc::conflict, "There is a transaction of that id already"};
    if (open_.size() >= limits_.open)
        return Error{Errc::too_large,
                     "A session may have " + std::to_string(limits_.open) + " transactions open"};
    open_.push_back({std::string(id), now, {}, 0});
    return {};
}

Result<void> Transactions::add(std::string_view id, Effect effect) {
    const auto transaction = find(id);
    if (transaction == open_.end()) return unknown();
    const std::size_t bytes = weight(effect);
    if (frames_ >= limits_.frames)
        return Error{Errc::too_large,
                     "A session's transactions may have " + std::to_string(limits_.frames) + " frames"};
    if (bytes > limits_.bytes - bytes_)
        return Error{Errc::too_large,
                     "A session's transactions may have " + std::to_string(limits_.bytes) + " bytes"};
    transaction->effects.push_back(std::move(effect));
    transaction->bytes += bytes;
    bytes_ += bytes;
    ++frames_;
    return {};
}

Result<std::vector<Transactions::Effect>> Transactions::commit(std::string_view id) {
    const auto transaction = find(id);
    if (transaction == open_.end()) return unknown();
    frames_ -= transaction->effects.size();
    std::vector<Effect> effects = std::exchange(transaction->effects, {});
    end(transaction);
    return effects;
}

Result<void> Transactions::abort(std::string_view id) {
    const auto transaction = find(id);
    if (transaction == open_.end()) return unknown();
    end(transaction);
    return {};
}

void Transactions::abort_all() {
    open_.clear();
    frames_ = bytes_ = 0;
}

void Transactions::end(std::vector<Transaction>::iterator transaction) {
    frames_ -= transaction->effects.size();
    bytes_ -= transaction->bytes;
    open_.erase(transaction);
}

base::TimePoint Transactions::deadline() const {
    return open_.empty() ? base::never : open_.front().begun + limits_.timeout;
}

}  // namespace stentor::session
