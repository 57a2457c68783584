// Tests: tests/unit/nodes/node_test.cpp, tests/unit/nodes/nodes_random_test.cpp
#include "nodes/node.hpp"

#include "base/log.hpp"
#include "nodes/fit.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace stentor::nodes {
namespace {

Error away() { return {Errc::unavailable, "The broker is not available"}; }
Error too_large() { return {Errc::too_large, "The message is too large for other servers"}; }

/// Several sendings as one, with the first failure if any failed.
broker::Broker::Done gathered(std::size_t count, broker::Broker::Done done) {
    if (count == 1) return done;
    struct Rest {
        std::size_t left;
        Result<void> first;
        broker::Broker::Done done;
    };
    return [rest = std::make_shared<Rest>(Rest{count, {}, std::move(done)})](const Result<void>& result) {
        if (result.has_error() && rest->first.has_value()) rest->first = result;
        if (--rest->left == 0) rest->done(rest->first);
    };
}

Directory::Limits limits_of(const Settings& settings) {
    return {settings.max_nodes, settings.max_users, settings.silence, settings.beat};
}

}  // namespace

Node::Node(const Settings& settings, std::string name, broker::NodeChannel& channel, base::TimerQueue& timers,
           Here& here)
    : settings_(settings),
      name_(std::move(name)),
      channel_(channel),
      timers_(timers),
      here_(here),
      directory_(limits_of(settings)),
      questions_(settings.max_questions),
      beat_timer_(timers, [this](base::TimePoint now) { on_beat(now); }),
      changes_timer_(timers, [this](base::TimePoint) { send_changes(); }),
      list_timer_(timers, [this](base::TimePoint) { send_piece(); }),
      questions_timer_(timers, [this](base::TimePoint now) {
          questions_.expire(now);
          rearm_questions();
      }) {
    channel_.listen(name_, *this);
}

/// What the others know of this one, and this one of them, is of the time before: it begins anew.
void Node::on_node_channel(bool open) {
    if (std::exchange(open_, open) == open) return;
    changes_under_way_ = list_under_way_ = list_wanted_ = complained_ = false;
    changes_timer_.cancel();
    list_timer_.cancel();
    beat_timer_.cancel();
    if (!open) return;
    ++epoch_;
    own_.restart();
    piece_ = {};
    next_list_ = {};
    directory_.resume(timers_.now());
    tell({}, Ask{});
    beat_timer_.set(timers_.now() + settings_.beat);
}

void Node::on_beat(base::TimePoint now) {
    beat_timer_.set(now + settings_.beat);
    for (const std::string& node : directory_.take_silent(now)) {
        log::warning("node_lost", {{"node", node}, {"reason", "nothing was heard of it"}});
        questions_.give_up(node);
    }
    std::vector<std::string> known;
    directory_.for_each([&](const std::string& node, const Peer&) { known.push_back(node); });
    for (const std::string& node : known) ask_for_list(node);
    tell({}, Beat{own_.sequence()});
}

void Node::arrived(const std::string& user) {
    if (user.size() > settings_.max_user_name) return;
    own_.arrived(user);
    note_change();
}

void Node::left(const std::string& user) {
    if (user.size() > settings_.max_user_name) return;
    own_.left(user);
    note_change();
}

void Node::note_change() {
    if (!open_ || changes_under_way_ || !own_.has_changes()) return;
    const bool is_full = own_.changes() >= settings_.batch_size;
    const base::TimePoint when = timers_.now() + (is_full ? base::Duration{} : settings_.batch_time);
    if (when < changes_timer_.deadline()) changes_timer_.set(when);
}

/// One letter at a time: the more come together the slower the broker is.
void Node::send_changes() {
    changes_timer_.cancel();
    if (!open_) return;
    Changes changes = own_.take_changes(settings_.batch_size, settings_.max_list_part);
    if (changes.list.empty()) return;
    changes_under_way_ = true;
    tell({}, std::move(changes), [this, epoch = epoch_](const Result<void>&) {
        if (epoch != epoch_) return;
        changes_under_way_ = false;  // if they are lost, the others notice by the next letter's number
        note_change();
    });
}

/// Many may ask at the same time, and all of them hear it: one run is enough, and no more than one a beat.
void Node::want_list() {
    list_wanted_ = true;
    if (list_under_way_ || list_timer_.deadline() != base::never) return;
    list_timer_.set(std::max(timers_.now() + settings_.batch_time, next_list_));
}

void Node::send_piece() {
    if (!open_) return;
    if (!list_under_way_) {
        list_wanted_ = false;
        list_under_way_ = true;
        next_list_ = timers_.now() + settings_.beat;
        piece_ = {.run = piece_.run + 1, .users = {}};
        after_.reset();
    }
    Piece next = own_.piece(after_, settings_.max_list_part);
    next.run = piece_.run;
    next.index = piece_.index++;
    tell({}, std::move(next), [this, epoch = epoch_, last = next.last](const Result<void>& result) {
        if (epoch != epoch_) return;
        if (!last && !result.has_error()) return list_timer_.set(timers_.now());
        list_under_way_ = false;
        if (list_wanted_) want_list();
    });
}

void Node::ask_for_list(const std::string& node) {
    if (directory_.must_ask(node, timers_.now())) tell(node, Ask{});
}

void Node::tell(std::string_view node, Contents contents, Done done) {
    channel_.send(node, write_letter({name_, epoch_, std::move(contents)}), std::move(done));
}

/// What is lost of these is said again.
void Node::tell(std::string_view node, Contents contents) {
    tell(node, std::move(contents), [](const Result<void>&) {});
}

void Node::say_goodbye() {
    if (!open_) return;
    tell({}, Goodbye{});
    on_node_channel(false);
}

void Node::on_node_message(std::string_view body) {
    if (!open_) return;
    auto letter = read_letter(body);
    if (letter.has_error()) return complain(letter.error());
    if (letter->from == name_) return;
    if (auto* const numbered = std::get_if<Numbered>(&letter->contents))
        return handle(*letter, std::move(*numbered));
    if (auto* const answer = std::get_if<Answer>(&letter->contents))
        return questions_.answer(letter->from, answer->number, std::move(answer->reply));
    handle_list(letter->from, letter->epoch, std::move(letter->contents));
}

/// A request says nothing of its sender's list, so its epoch does not matter. It is not sent on.
void Node::handle(const Letter& letter, Numbered numbered) {
    if (numbered.number == 0) return here_.perform(std::move(numbered.request), {});
    here_.perform(std::move(numbered.request),
                  [this, to = letter.from, number = numbered.number](Reply reply) {
                      if (!open_) return;
                      fit(reply, settings_.max_letter);
                      tell(to, Answer{number, std::move(reply)});
                  });
}

void Node::handle_list(const std::string& from, std::uint64_t epoch, Contents contents) {
    const bool is_new = directory_.find(from) == nullptr;
    if (std::holds_alternative<Goodbye>(contents)) {
        if (is_new || directory_.hear(from, epoch, timers_.now()) == nullptr) return;
        log::info("node_left", {{"node", from}});
        directory_.forget(from);
        return questions_.give_up(from);
    }
    Peer* const peer = directory_.hear(from, epoch, timers_.now());
    if (peer == nullptr && is_new) complain({Errc::too_large, "There are too many servers"});
    if (peer == nullptr) return;
    if (is_new) log::info("node_found", {{"node", from}, {"nodes", directory_.size()}});
    if (const auto* const beat = std::get_if<Beat>(&contents)) peer->beat(*beat);
    if (auto* const changes = std::get_if<Changes>(&contents)) peer->changes(std::move(*changes));
    if (auto* const piece = std::get_if<Piece>(&contents)) peer->piece(std::move(*piece));
    if (std::holds_alternative<Ask>(contents)) want_list();
    ask_for_list(from);
}

/// Once for each time the channel opens: who sends one such letter sends many.
void Node::complain(const Error& error) {
    bool& told = error.code == Errc::unsupported ? complained_of_version_ : complained_;
    if (!std::exchange(told, true)) log::warning("node_letter_ignored", {{"reason", error.message}});
}

std::vector<std::string> Node::places_of(Target target, const std::string& name) const {
    auto places = directory_.places_of_session(name);  // who is nobody is a user by the session's id
    if (target == Target::session) return places;
    for (std::string& node : directory_.places_of(name))
        if (std::ranges::find(places, node) == places.end()) places.push_back(std::move(node));
    return places;
}

Node::Route Node::route(const Request& request) const {
    if (const auto* const deliver = std::get_if<Deliver>(&request))
        return {places_of(deliver->target, deliver->name)};
    if (const auto* const find = std::get_if<FindSessions>(&request))
        return {places_of(find->target, find->name)};
    if (const auto* const unsubscribe = std::get_if<Unsubscribe>(&request))
        return {directory_.places_of_session(unsubscribe->session)};
    if (const auto* const close = std::get_if<Close>(&request); close && close->target == Target::session)
        return {directory_.places_of_session(close->name)};
    Route all{{}, true};
    directory_.for_each([&](const std::string& node, const Peer&) { all.nodes.push_back(node); });
    return all;
}

Result<std::string> Node::sealed(Request request, std::uint64_t number) const {
    std::string bytes = write_letter({name_, epoch_, Numbered{number, std::move(request)}});
    if (bytes.size() > settings_.max_letter) return too_large();
    return bytes;
}

void Node::send(Request request, Done done) {
    const Route to = route(request);
    if (to.leads_nowhere()) return done({});
    if (!open_) return done(away());
    auto bytes = sealed(std::move(request), 0);
    if (bytes.has_error()) return done(bytes.error());
    if (to.to_all) return channel_.send({}, std::move(*bytes), std::move(done));
    const Done each = gathered(to.nodes.size(), std::move(done));
    for (const std::string& node : to.nodes) channel_.send(node, *bytes, each);
}

/// Past the most that may wait it is sent, and nobody's answer is waited for.
void Node::ask(Request request, Questions::Done done) {
    const Route to = route(request);
    if (to.leads_nowhere()) return done({});
    if (!open_) return done({{}, to.nodes});
    const bool waits = questions_.has_room() && !to.nodes.empty();
    std::uint64_t number = 0;
    if (waits) number = questions_.open(to.nodes, timers_.now() + settings_.answer_timeout, std::move(done));
    const auto bytes = sealed(std::move(request), number);
    const auto failed = [this, number](const std::string& node) { questions_.give_up(node, number); };
    if (bytes.has_error()) {
        log::warning("nodes_not_asked", {{"reason", bytes.error().message}});
        for (const std::string& node : to.nodes) failed(node);
    } else if (to.to_all) {
        channel_.send({}, *bytes, [failed, nodes = to.nodes](const Result<void>& result) {
            if (!result.has_error()) return;
            for (const std::string& node : nodes) failed(node);
        });
    } else {
        for (const std::string& node : to.nodes)
            channel_.send(node, *bytes, [failed, node](const Result<void>& result) {
                if (result.has_error()) failed(node);
            });
    }
    if (!waits) return done({{}, to.nodes});
    rearm_questions();
}

void Node::rearm_questions() { questions_timer_.set(questions_.next_deadline()); }

}  // namespace stentor::nodes
