#include "flow/frame_model.hpp"

#include <algorithm>
#include <charconv>

namespace stentor::test {
namespace {

/// The number behind that many letters; -1: none.
long number_of(const std::string& text, std::size_t letters) {
    long number = -1;
    if (text.size() > letters) std::from_chars(text.data() + letters, text.data() + text.size(), number);
    return number;
}

}  // namespace

bool FrameModel::matches(const std::string& pattern, const std::string& destination) {
    if (pattern.ends_with("/*")) {
        const std::string prefix = pattern.substr(0, pattern.size() - 1);
        return destination.starts_with(prefix) && destination.find('/', prefix.size()) == std::string::npos;
    }
    if (pattern.ends_with("/**")) return destination.starts_with(pattern.substr(0, pattern.size() - 2));
    return pattern == destination;
}

FrameModel::Peer& FrameModel::say(Client client, bool receipt) {
    ++step_;
    Peer& peer = peers_[client];
    ++peer.said;
    if (receipt && peer.phase == Phase::open) peer.receipts.push_back(peer.said);
    return peer;
}

void FrameModel::subscribe(Client client, const std::string& id, const Asks& asks, bool receipt) {
    Peer& peer = say(client, receipt);
    if (peer.phase != Phase::open) return;
    peer.subscriptions.emplace(id, Subscription{.asks = asks, .quiet_before = quiet_});
    if (receipt) peer.subscribing.emplace(peer.said, id);
}

void FrameModel::unsubscribe(Client client, const std::string& id, bool receipt) {
    Peer& peer = say(client, receipt);
    if (peer.phase != Phase::open) return;
    leave(peer.subscriptions.at(id));
    if (receipt) peer.unsubscribing.emplace(peer.said, id);
}

void FrameModel::leave(Subscription& subscription) {
    if (!std::exchange(subscription.there, false)) return;
    if (is_queue(subscription.asks.destination)) left_[subscription.asks.destination] = never;
}

std::size_t FrameModel::send(Client client, const std::string& destination, bool even,
                             const std::string& transaction, bool receipt) {
    Peer& peer = say(client, receipt);
    const std::size_t number = sent_.size();
    sent_.push_back({.publisher = client, .destination = destination, .even = even, .fate = Fate::never});
    if (peer.phase != Phase::open) return number;
    if (transaction.empty()) {
        takes_effect(client, number);
    } else {
        sent_[number].fate = Fate::in_transaction;
        peer.transactions.at(transaction).emplace_back(number);
    }
    return number;
}

void FrameModel::takes_effect(Client client, std::size_t message) {
    Sent& sent = sent_[message];
    sent.fate = Fate::said;
    sent.at = step_;
    std::vector<std::size_t>& before = published_[{client, sent.destination}];
    sent.place = before.size();
    before.push_back(message);
    peers_[client].unsure.push_back({peers_[client].said, message, false});
}

void FrameModel::acknowledge(Client client, const Given& given, bool accepted, const std::string& transaction,
                             bool receipt) {
    Peer& peer = say(client, receipt);
    if (peer.phase != Phase::open) return;
    Subscription& subscription = peer.subscriptions.at(given.subscription);
    if (!subscription.there) return;  // it is too late, and does no harm
    Delivery* const delivery = find(subscription, given);
    if (delivery == nullptr) return give_up(peer, receipt);
    const auto place = static_cast<std::size_t>(delivery - subscription.deliveries.data());
    const Acknowledgement own{given.subscription, place, accepted};
    if (transaction.empty()) {
        settle(peer, own, false);
    } else {
        delivery->in_transaction = true;
        peer.transactions.at(transaction).emplace_back(own);
    }
}

FrameModel::Delivery* FrameModel::find(Subscription& subscription, const Given& given) {
    for (Delivery& each : subscription.deliveries)
        if (each.state == Delivery::State::held && each.given.ack == given.ack &&
            each.given.message_id == given.message_id)
            return &each;
    return nullptr;
}

/// With ack mode client also all before it. In a COMMIT it counts once the messages are there.
void FrameModel::settle(Peer& peer, const Acknowledgement& acknowledgement, bool in_commit) {
    using State = Delivery::State;
    Subscription& subscription = peer.subscriptions.at(acknowledgement.subscription);
    const Delivery* const last = &subscription.deliveries[acknowledgement.delivery];
    if (!subscription.there || last->state != State::held) return;
    for (Delivery& each : subscription.deliveries) {
        if (&each > last) break;
        if (each.state != State::held) continue;
        if (subscription.asks.ack == Ack::individual && &each != last) continue;
        Sent& sent = sent_[each.message];
        if (acknowledgement.accepted) {
            each.state = in_commit ? State::accepting : State::accepted;
            sent.maybe_ended = true;
            if (!in_commit) peer.unsure.push_back({peer.said, each.message, true});
        } else {
            each.state = in_commit ? State::rejecting : State::rejected;
            sent.came_back = true;
            ++subscription.rejected[each.message];
        }
    }
}

bool FrameModel::is_settling(const Subscription& subscription) {
    return std::ranges::any_of(subscription.deliveries, [](const Delivery& each) {
        return each.state == Delivery::State::accepting || each.state == Delivery::State::rejecting;
    });
}

/// Those up to that frame have settled all, where their receipts say so.
void FrameModel::end_commits(Peer& peer, long frame, bool without_receipt) {
    using State = Delivery::State;
    std::erase_if(peer.commits, [&](const Commit& commit) {
        if (commit.frame > frame || (!commit.receipt && !without_receipt)) return false;
        for (const Acknowledgement& each : commit.acknowledgements) {
            Subscription& subscription = peer.subscriptions.at(each.subscription);
            for (Delivery& delivery : subscription.deliveries) {
                if (delivery.state == State::rejecting) delivery.state = State::rejected;
                if (delivery.state != State::accepting) continue;
                delivery.state = State::accepted;
                if (subscription.there) sent_[delivery.message].accepted = true;
            }
        }
        return true;
    });
}

void FrameModel::begin(Client client, const std::string& transaction, bool receipt) {
    Peer& peer = say(client, receipt);
    if (peer.phase == Phase::open) peer.transactions[transaction];
}

bool FrameModel::may_commit(Client client, const std::string& transaction) const {
    const Peer& peer = peers_[client];
    return std::ranges::none_of(peer.transactions.at(transaction), [&](const Effect& effect) {
        const auto* const own = std::get_if<Acknowledgement>(&effect);
        return own != nullptr && is_settling(peer.subscriptions.at(own->subscription));
    });
}

/// Where something was acknowledged meanwhile nothing happens.
void FrameModel::commit(Client client, const std::string& transaction, bool receipt) {
    Peer& peer = say(client, receipt);
    if (peer.phase != Phase::open) return;
    const std::vector<Effect> effects = std::move(peer.transactions.extract(transaction).mapped());
    Commit commit{peer.said, receipt, {}};
    for (const Effect& effect : effects) {
        const auto* const own = std::get_if<Acknowledgement>(&effect);
        if (own == nullptr) continue;
        const Subscription& subscription = peer.subscriptions.at(own->subscription);
        if (subscription.deliveries[own->delivery].state != Delivery::State::held) {
            undo(peer, effects);
            return give_up(peer, receipt);
        }
        if (subscription.there) commit.acknowledgements.push_back(*own);
    }
    for (const Effect& effect : effects)
        if (const auto* const message = std::get_if<std::size_t>(&effect)) takes_effect(client, *message);
    for (const Acknowledgement& each : commit.acknowledgements) settle(peer, each, true);
    peer.commits.push_back(std::move(commit));
}

void FrameModel::abort(Client client, const std::string& transaction, bool receipt) {
    Peer& peer = say(client, receipt);
    if (peer.phase != Phase::open) return;
    undo(peer, peer.transactions.at(transaction));
    peer.transactions.erase(transaction);
}

void FrameModel::undo(Peer& peer, const std::vector<Effect>& effects) {
    for (const Effect& effect : effects) {
        if (const auto* const message = std::get_if<std::size_t>(&effect)) {
            sent_[*message].fate = Fate::never;
        } else {
            const Acknowledgement& own = std::get<Acknowledgement>(effect);
            peer.subscriptions.at(own.subscription).deliveries[own.delivery].in_transaction = false;
        }
    }
}

void FrameModel::disconnect(Client client) {
    Peer& peer = say(client, true);
    if (peer.phase != Phase::open) return;
    peer.phase = Phase::disconnecting;
    leave_all(peer);
}

void FrameModel::faulty(Client client, bool receipt) {
    Peer& peer = say(client, receipt);
    if (peer.phase == Phase::open) give_up(peer, receipt);
}

/// Its last frame cannot be done.
void FrameModel::give_up(Peer& peer, bool receipt) {
    if (receipt) peer.receipts.pop_back();
    peer.error_has_receipt = receipt;
    peer.failed_at = peer.said;
    peer.phase = Phase::failing;
    leave_all(peer);
}

void FrameModel::leave_all(Peer& peer) {
    for (const auto& [id, effects] : std::exchange(peer.transactions, {})) undo(peer, effects);
    for (auto& [id, subscription] : peer.subscriptions) leave(subscription);
}

void FrameModel::read(Client client, const StompFrame& frame) {
    ++step_;
    Peer& peer = peers_[client];
    if (peer.phase == Phase::done) return fail(frame.command + " after the end");
    if (frame.command == "RECEIPT") read_receipt(peer, frame);
    else if (frame.command == "ERROR") read_error(peer, frame);
    else if (frame.command == "MESSAGE") read_message(peer, client, frame);
    else fail("a frame " + frame.command);
}

void FrameModel::read_receipt(Peer& peer, const StompFrame& frame) {
    const long number = number_of(frame.header("receipt-id"), 1);
    if (peer.receipts.empty() || peer.receipts.front() != number)
        return fail("RECEIPT " + frame.header("receipt-id") + " is not the next that is owed");
    peer.receipts.pop_front();
    confirm(peer, number);
    if (const auto found = peer.subscribing.extract(number); !found.empty())
        peer.subscriptions.at(found.mapped()).active = step_;
    if (const auto found = peer.unsubscribing.extract(number); !found.empty())
        peer.subscriptions.at(found.mapped()).gone = true;
    if (peer.phase == Phase::disconnecting && peer.receipts.empty()) peer.phase = Phase::done;
}

void FrameModel::read_error(Peer& peer, const StompFrame& frame) {
    if (peer.phase != Phase::failing) return fail("an ERROR: " + frame.header("message"));
    const std::string receipt = peer.error_has_receipt ? "r" + std::to_string(peer.failed_at) : "(none)";
    if (frame.header("receipt-id") != receipt)
        fail("an ERROR with receipt-id " + frame.header("receipt-id") + " instead of " + receipt);
    confirm(peer, peer.said);
    peer.phase = Phase::done;
}

void FrameModel::read_message(Peer& peer, Client client, const StompFrame& frame) {
    const std::string id = frame.header("subscription");
    const auto found = peer.subscriptions.find(id);
    if (found == peer.subscriptions.end()) return fail("a MESSAGE of no subscription");
    Subscription& subscription = found->second;
    const long body = number_of(frame.body, 0);
    if (body < 0 || static_cast<std::size_t>(body) >= sent_.size()) return fail("a MESSAGE that nobody sent");
    const auto number = static_cast<std::size_t>(body);
    const Sent& sent = sent_[number];
    const std::string what = "message " + frame.body + " to " + id + ": ";
    const bool is_dead = frame.header("dead-letter-destination") != "(none)";
    if (subscription.gone) return fail(what + "after its UNSUBSCRIBE's receipt");
    if (sent.fate == Fate::in_transaction || sent.fate == Fate::never) return fail(what + "was never sent");
    if (!is_dead && (!matches(subscription.asks.destination, sent.destination) ||
                     frame.header("destination") != sent.destination))
        return fail(what + "not its destination");
    if (subscription.asks.only_even && !sent.even) return fail(what + "not its selector's");
    const bool again = frame.header("redelivered") == "true";
    if (is_dead) read_dead_letter(frame, number);
    else if (is_queue(sent.destination)) read_of_queue(client, id, number, again);
    else read_of_topic(subscription, number, again);

    const bool automatic = subscription.asks.ack == Ack::automatic;
    if ((frame.header("ack") == "(none)") == (!automatic && !peer.names_messages))
        return fail(what + "its header ack");
    subscription.deliveries.push_back({number,
                                       {id, peer.names_messages ? "" : frame.header("ack"),
                                        peer.names_messages ? frame.header("message-id") : ""},
                                       automatic ? Delivery::State::accepted : Delivery::State::held});
    if (automatic) sent_[number].maybe_ended = true;
    const auto held = std::ranges::count(subscription.deliveries, Delivery::State::held, &Delivery::state);
    if (subscription.there && static_cast<std::size_t>(held) > subscription.asks.window)
        fail(what + "more than its window");
}

void FrameModel::read_of_topic(Subscription& subscription, std::size_t number, bool again) {
    const Sent& sent = sent_[number];
    const std::string what = "message " + std::to_string(number) + ": ";
    if (again) {
        std::size_t& rejected = subscription.rejected[number];
        if (rejected == 0) return fail(what + "redelivered without a reason");
        --rejected;
        return;
    }
    if (sent.at <= subscription.quiet_before) return fail(what + "was sent before");
    const std::vector<std::size_t>& all = published_[{sent.publisher, sent.destination}];
    auto& last = subscription.last[{sent.publisher, sent.destination}];
    if (last && *last >= sent.place) return fail(what + "twice, or not in order");
    for (std::size_t place = last ? *last + 1 : sent.place; place < sent.place; ++place) {
        const Sent& missed = sent_[all[place]];
        if (missed.fate != Fate::maybe && (missed.even || !subscription.asks.only_even))
            return fail(what + "behind a gap");
    }
    last = sent.place;
    subscription.seen.insert(number);
}

void FrameModel::read_of_queue(Client client, const std::string& id, std::size_t number, bool again) {
    Subscription& own = peers_[client].subscriptions.at(id);
    Sent& sent = sent_[number];
    const std::string what = "message " + std::to_string(number) + " of a queue: ";
    if (again) {
        const auto left = left_.find(sent.destination);
        if (!sent.came_back && (left == left_.end() || sent.at > left->second))
            return fail(what + "redelivered without a reason");
    } else {
        if (std::exchange(sent.seen_first, true)) return fail(what + "twice, and not said to be redelivered");
        auto& last = own.last[{sent.publisher, sent.destination}];
        if (last && *last >= sent.place) return fail(what + "not in order");
        last = sent.place;
    }
    if (own.there) {
        if (sent.accepted) return fail(what + "comes after its ACK");
        if (sent.dead) return fail(what + "is a dead letter already");
        if (is_with_another(sent, client, id)) return fail(what + "is with another");
    }
    sent.seen_by.emplace_back(client, id);
}

bool FrameModel::is_with_another(const Sent& sent, Client client, const std::string& id) const {
    const auto number = static_cast<std::size_t>(&sent - sent_.data());
    return std::ranges::any_of(sent.seen_by, [&](const auto& seen) {
        if (seen == std::pair(client, id)) return false;
        const Subscription& other = peers_[seen.first].subscriptions.at(seen.second);
        if (!other.there) return false;
        const auto last = std::find_if(other.deliveries.rbegin(), other.deliveries.rend(),
                                       [&](const Delivery& each) { return each.message == number; });
        return last->state != Delivery::State::rejected && last->state != Delivery::State::rejecting;
    });
}

void FrameModel::read_dead_letter(const StompFrame& frame, std::size_t number) {
    Sent& sent = sent_[number];
    const std::string what = "dead letter " + std::to_string(number) + ": ";
    if (frame.header("dead-letter-destination") != sent.destination) fail(what + "not its destination");
    if (!is_queue(sent.destination)) return;  // each of its subscriptions may have one
    if (sent.accepted) fail(what + "though it was accepted");
    if (std::exchange(sent.dead, true)) fail(what + "twice");
}

void FrameModel::confirm(Peer& peer, long frame) {
    while (!peer.unsure.empty() && peer.unsure.front().frame <= frame) {
        const Unsure& first = peer.unsure.front();
        if (first.accepted) sent_[first.message].accepted = true;
        else sent_[first.message].fate = Fate::sure;
        peer.unsure.pop_front();
    }
    end_commits(peer, frame, false);
}

void FrameModel::ended(Client client) {
    if (!is_done(client)) fail("a connection ended for no reason");
}

void FrameModel::lost(Client client) {
    Peer& peer = peers_[client];
    leave_all(peer);
    for (const Unsure& each : peer.unsure)
        if (!each.accepted) sent_[each.message].fate = Fate::maybe;
    peer.unsure.clear();
    peer.commits.clear();
    peer.phase = Phase::lost;
}

void FrameModel::settled() {
    quiet_ = ++step_;
    for (auto& [queue, when] : left_) when = std::min(when, step_);
    for (Peer& peer : peers_) {
        if (peer.phase == Phase::lost) continue;
        confirm(peer, peer.said);
        end_commits(peer, peer.said, true);
        if (peer.phase != Phase::open) continue;
        for (auto& [id, subscription] : peer.subscriptions) {
            subscription.active = std::min(subscription.active, step_);
            if (!subscription.there || subscription.asks.ack != Ack::automatic) continue;
            for (const Delivery& each : subscription.deliveries)
                if (is_queue(sent_[each.message].destination)) sent_[each.message].accepted = true;
        }
    }
}

void FrameModel::finish() {
    for (Client client = 0; client < peers_.size(); ++client) {
        const Peer& peer = peers_[client];
        const std::string who = "client " + std::to_string(client) + ": ";
        if (peer.phase == Phase::failing) fail(who + "no ERROR came");
        if (peer.phase == Phase::disconnecting || (peer.phase == Phase::open && !peer.receipts.empty()))
            fail(who + "RECEIPT r" + std::to_string(peer.receipts.front()) + " did not come");
        if (peer.phase != Phase::open) continue;
        for (const auto& [id, subscription] : peer.subscriptions)
            if (subscription.there && !is_queue(subscription.asks.destination))
                check_topic(who + id, subscription);
    }
    for (const Sent& sent : sent_)
        if (is_queue(sent.destination) && sent.fate == Fate::sure && !sent.accepted && !sent.dead &&
            !sent.maybe_ended)
            fail("message " + std::to_string(&sent - sent_.data()) + " of " + sent.destination + " is lost");
}

void FrameModel::check_topic(const std::string& who, const Subscription& subscription) {
    for (std::size_t number = 0; number < sent_.size(); ++number) {
        const Sent& sent = sent_[number];
        const bool wanted = sent.fate == Fate::sure && sent.at > subscription.active &&
                            matches(subscription.asks.destination, sent.destination) &&
                            (sent.even || !subscription.asks.only_even);
        if (wanted && !subscription.seen.contains(number))
            return fail(who + " missed message " + std::to_string(number));
    }
}

std::vector<std::string> FrameModel::subscriptions(Client client) const {
    std::vector<std::string> ids;
    for (const auto& [id, subscription] : peers_[client].subscriptions)
        if (subscription.there) ids.push_back(id);
    return ids;
}

std::vector<FrameModel::Given> FrameModel::unacknowledged(Client client, const std::string& id) const {
    std::vector<Given> all;
    const Subscription& subscription = peers_[client].subscriptions.at(id);
    if (is_settling(subscription)) return all;
    for (const Delivery& each : subscription.deliveries)
        if (each.state == Delivery::State::held && !each.in_transaction) all.push_back(each.given);
    return all;
}

std::vector<std::string> FrameModel::transactions(Client client) const {
    std::vector<std::string> ids;
    for (const auto& [id, effects] : peers_[client].transactions) ids.push_back(id);
    return ids;
}

}  // namespace stentor::test
