#include "crowd.hpp"

#include "failure.hpp"
#include "processes.hpp"
#include "websocket_client.hpp"

#include <algorithm>

namespace stentor::bench {
namespace {

constexpr std::size_t opened_at_once = 64;                 // fewer than a listener's usual backlog
constexpr std::uint64_t receipt_patience = 2'000'000'000;  // ns

}  // namespace

Crowd::Crowd(Loop& loop, const Options& options, const Target& target) : loop_(loop), options_(options) {
    server_.target = target;
    server_.address = resolve(target.host, target.port);
    server_.unchecked = options.unchecked;
    beat_ = encode(target.transport, "\n");
    server_.handshake = websocket_handshake(target, options.workload != Workload::ws_echo, options.deflate);
}

std::uint64_t Crowd::timeout() const { return static_cast<std::uint64_t>(options_.timeout * 1e9); }

void Crowd::fail(const std::string& why) const { throw Failure(target().name + ": " + why); }

std::string Crowd::connect_frame() const {
    const std::string beat = std::to_string(options_.heart_beat);
    std::string frame = "CONNECT\naccept-version:1.0,1.1,1.2\nheart-beat:" + beat + "," + beat +
                        "\nhost:" + (options_.vhost.empty() ? target().host : options_.vhost) + "\n";
    if (!options_.login.empty()) frame += "login:" + options_.login + "\n";
    if (!options_.passcode.empty()) frame += "passcode:" + options_.passcode + "\n";
    return frame + "\n" + '\0';
}

const Script& Crowd::script(const std::string& destination) {
    const auto [found, fresh] = scripts_.try_emplace(destination);
    Script& script = found->second;
    if (!fresh || options_.workload == Workload::ws_echo) return script;
    const Transport transport = target().transport;
    script.connect = encode(transport, connect_frame());
    if (destination.empty()) return script;
    script.awaits_receipt = receipts_;
    script.subscribe = encode(transport, "SUBSCRIBE\nid:sub-0\ndestination:" + destination + "\nack:auto\n" +
                                             (receipts_ ? "receipt:ready\n" : "") + "\n" + '\0');
    return script;
}

std::unique_ptr<Client> Crowd::make(const std::string& destination, std::uint32_t number) {
    return make_client(loop_, server_, script(destination), *this, number);
}

void Crowd::on_ready(Client&) { ++ready_; }

void Crowd::find_out_about_receipts(const std::string& destination) {
    if (receipts_known_ || destination.empty() || options_.workload == Workload::ws_echo) return;
    receipts_known_ = true;
    const auto first = make(destination, 0);
    first->open();
    const std::uint64_t begin = now();
    while (!first->ready()) {
        const bool waits_for_receipt = first->awaits_receipt();
        const std::uint64_t end = begin + (waits_for_receipt ? receipt_patience : timeout());
        if (now() >= end) {
            if (!waits_for_receipt) fail(std::string("nothing came ") + first->doing());
            receipts_ = false;
            scripts_.clear();
            break;
        }
        loop_.turn(end);
    }
    first->close();
    ready_ = 0;
}

void Crowd::open_all(const std::vector<std::string>& destinations) {
    find_out_about_receipts(destinations.back());
    ready_ = 0;
    std::uint64_t end = now() + timeout();
    while (ready_ < destinations.size()) {
        while (clients_.size() < destinations.size() && clients_.size() < ready_ + opened_at_once) {
            clients_.push_back(
                make(destinations[clients_.size()], static_cast<std::uint32_t>(clients_.size())));
            clients_.back()->open();
        }
        const std::size_t before = ready_;
        loop_.turn(end);
        if (ready_ != before) end = now() + timeout();
        if (now() >= end) describe_unready();
    }
    if (options_.heart_beat == 0 || server_.beat_every == 0) return;
    beats_ = 0;
    beats_from_ = now();
    loop_.tick(*this);
}

/// Each client's heart-beat in its turn, spread evenly over the time that the server allows between two.
void Crowd::on_tick(std::uint64_t at) {
    const auto period =
        static_cast<double>(std::max<std::uint64_t>(options_.heart_beat, server_.beat_every)) * 1e6;
    const auto due = static_cast<std::uint64_t>(static_cast<double>(at - beats_from_) / period *
                                                static_cast<double>(clients_.size()));
    for (; beats_ < due; ++beats_) beat(*clients_[beats_ % clients_.size()]);
}

void Crowd::beat(Client& client) const {
    client.queue(beat_);
    client.flush();
}

void Crowd::describe_unready() const {
    const auto slow =
        std::find_if(clients_.begin(), clients_.end(), [](const auto& one) { return one && !one->ready(); });
    fail("nothing came " + std::string((*slow)->doing()) + "; " + std::to_string(ready_) +
         " connections are ready");
}

void Crowd::close_all() {
    loop_.tick_no_more(*this);
    clients_.clear();
    ready_ = 0;
}

}  // namespace stentor::bench
