// A letter between servers: what was read is the same when it is written and read again; and a server to
// which the letters in the input come, split at each ";;", keeps to its limits.

#include "base/log.hpp"
#include "nodes/node.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace stentor;
using namespace stentor::nodes;

void expect(bool holds) {
    if (!holds) std::abort();
}

struct Channel final : broker::NodeChannel {
    void listen(const std::string&, Listener& told) override { listener = &told; }
    void send(std::string_view, std::string body, broker::Broker::Done done) override {
        expect(read_letter(body).has_value());
        expect(++sent < 10'000);
        done({});
    }
    Listener* listener = nullptr;
    std::size_t sent = 0;
};

struct Quiet final : Here {
    void perform(Request, Replied replied) override {
        if (replied) replied({});
    }
};

void check_letter(std::string_view bytes) {
    const auto letter = read_letter(bytes);
    if (letter.has_error()) return;
    const auto again = read_letter(write_letter(*letter));
    expect(again.has_value() && *again == *letter);
}

void check_node(std::string_view input) {
    Settings settings;
    settings.max_nodes = 3;
    settings.max_users = 5;
    Channel channel;
    Quiet here;
    base::TimerQueue timers;
    base::TimePoint now = base::TimePoint{} + std::chrono::hours(1);
    timers.run_due(now);
    Node node(settings, std::string(32, '0'), channel, timers, here);
    channel.listener->on_node_channel(true);
    node.arrived("alice");
    while (!input.empty()) {
        const std::size_t end = std::min(input.find(";;"), input.size());
        channel.listener->on_node_message(input.substr(0, end));
        input.remove_prefix(std::min(end + 2, input.size()));
        now += std::chrono::milliseconds(20);
        timers.run_due(now);
        expect(node.directory().size() <= settings.max_nodes);
        node.directory().for_each(
            [&](const std::string&, const Peer& peer) { expect(peer.size() <= settings.max_users); });
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    log::set_level(log::Level::error);
    check_letter(input);
    check_node(input);
    return 0;
}
