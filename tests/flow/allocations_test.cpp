// What one message costs in memory taken, over sockets: something for the publish, nothing for a delivery.
#include "app/inside.hpp"
#include "app/shard.hpp"
#include "support/stage.hpp"
#include "testing/carriers.hpp"
#include "testing/client_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>
#include <semaphore>
#include <string>
#include <vector>

namespace {

std::atomic<std::size_t> taken = 0;
thread_local bool is_client = false;  ///< this thread is not the server's

void* take(std::size_t size) noexcept {
    if (!is_client) taken.fetch_add(1, std::memory_order_relaxed);
    return std::malloc(size == 0 ? 1 : size);
}

void* take_or_throw(std::size_t size) {
    if (void* const memory = take(size)) return memory;
    throw std::bad_alloc();
}

}  // namespace

// All of them: a sanitizer has its own for each that is left out.
void* operator new(std::size_t size) { return take_or_throw(size); }
void* operator new[](std::size_t size) { return take_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace stentor::test {
namespace {

using namespace std::string_literals;

enum class By { tcp, websocket, deflate, sockjs_websocket, xhr_streaming };

const std::string connect_frame = "CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:0,0\n\n"s + '\0';
const std::string subscribe_frame = "SUBSCRIBE\nid:s\ndestination:/topic/x\nreceipt:r\n\n"s + '\0';

/// A SockJS array of one message.
std::string array_of(std::string_view text) {
    std::string json = "[\"";
    for (const char c : text) {
        if (c == '\n') json += "\\n";
        else if (c == '\0') json += "\\u0000";
        else json += c;
    }
    return json + "\"]";
}

class Allocations : public ::testing::TestWithParam<By> {
protected:
    Allocations() {
        is_client = true;
        stage_->app.enable_simple_broker({"/topic"});
        stage_->app.set_application_destination_prefixes({"/app"});
        stage_->app.add_stomp_endpoint("/ws").with_sockjs();
        Config& config = stage_->config;
        config.shards = 1;
        config.websocket.deflate.enabled = true;
        config.websocket.deflate.min_size = 64;
        config.websocket.ping_interval = std::chrono::minutes(10);  // these clients answer none
        config.sockjs.heartbeat = std::chrono::minutes(10);
        config.sockjs.stream_limit = 100'000'000;
        config.sockjs.session_rate = config.sockjs.session_burst = 100'000;
        stage_->start();
        publisher_ = open(By::websocket);
        wait_for(*publisher_, "CONNECTED");
    }

    /// With what it has to say first; a session over HTTP says it elsewhere.
    std::unique_ptr<Stream> open(By by) {
        if (by == By::tcp) {
            auto stream = stage_->connect(Speaks::stomp);
            stream->send(connect_frame);
            return stream;
        }
        auto stream = stage_->connect(Speaks::http);
        const std::string session = "/ws/000/session" + std::to_string(1'000'000 + ++sessions_);
        switch (by) {
            case By::tcp: break;
            case By::websocket:
                stream->send(upgrade_request("/ws/websocket") + masked_text(connect_frame));
                break;
            case By::deflate:
                stream->send(
                    upgrade_request("/ws/websocket", "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
                stream->send(masked_text(connect_frame));
                break;
            case By::sockjs_websocket:
                stream->send(upgrade_request(session + "/websocket") + masked_text(array_of(connect_frame)));
                break;
            case By::xhr_streaming:
                stream->send(http_request("POST", session + "/xhr_streaming"));
                wait_for(*stream, "o\n");
                post(session, array_of(connect_frame));
                break;
        }
        return stream;
    }
    void post(const std::string& session, const std::string& messages) {
        const auto stream = stage_->connect(Speaks::http);
        stream->send(http_request("POST", session + "/xhr_send", "Connection: close\r\n", messages));
        wait_for(*stream, "204");
    }

    void subscribe(std::size_t count) {
        const std::size_t before = subscribers_.size();
        while (subscribers_.size() < count) {
            subscribers_.push_back(open(GetParam()));
            switch (GetParam()) {
                case By::tcp: subscribers_.back()->send(subscribe_frame); break;
                case By::websocket:
                case By::deflate: subscribers_.back()->send(masked_text(subscribe_frame)); break;
                case By::sockjs_websocket:
                    subscribers_.back()->send(masked_text(array_of(subscribe_frame)));
                    break;
                case By::xhr_streaming:
                    post("/ws/000/session" + std::to_string(1'000'000 + sessions_),
                         array_of(subscribe_frame));
                    break;
            }
        }
        for (std::size_t i = before; i < count; ++i) wait_for(*subscribers_[i], "RECEIPT");
    }

    void wait_for(Stream& stream, std::string_view text) {
        wait_until(stream, [&] { return stream.input.find(text) != std::string::npos; });
    }
    /// The server's turns are waited for and not its sockets: there are too many.
    template <class Done>
    void wait_until(Stream& stream, Done done) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        for (stream.receive(); !done(); stream.receive()) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << stream.input;
            pass_turns();
        }
    }

    /// The turns in which what was sent so far has arrived are over.
    void pass_turns() {
        for (int i = 0; i < 2; ++i) {
            std::binary_semaphore passed{0};
            app::Inside::of(stage_->app).server->post_to(0, [&](app::Shard&) { passed.release(); });
            passed.acquire();
        }
    }

    /// What a message takes until it is with all subscribers.
    std::size_t cost_of_a_message() {
        for (const auto& subscriber : subscribers_) subscriber->input.clear();
        publisher_->input.clear();
        const std::size_t before = taken;
        publisher_->send(masked_text("SEND\ndestination:/topic/x\ncontent-type:text/plain\nreceipt:r\n\n" +
                                     std::string(200, 'x') + '\0'));
        wait_for(*publisher_, "RECEIPT");
        pass_turns();
        const std::size_t cost = taken - before;
        for (const auto& subscriber : subscribers_)
            wait_until(*subscriber, [&] { return subscriber->input.size() > 20; });
        return cost;
    }

    /// When all is as it will stay. A timer that comes due meanwhile may take memory for itself: the cheapest
    /// of some messages counts.
    std::size_t steady_cost() {
        for (int i = 0; i < 3; ++i) cost_of_a_message();
        std::size_t least = cost_of_a_message();
        for (int i = 0; i < 6; ++i) least = std::min(least, cost_of_a_message());
        return least;
    }

    std::unique_ptr<Stage> stage_ = make_stage();
    std::unique_ptr<Stream> publisher_;
    std::vector<std::unique_ptr<Stream>> subscribers_;
    unsigned sessions_ = 0;
};

TEST_P(Allocations, AMessageTakesAsManyForAThousandSubscribersAsForTen) {
    subscribe(10);
    const std::size_t for_ten = steady_cost();
    subscribe(1000);
    EXPECT_EQ(steady_cost(), for_ten) << "no delivery takes memory of its own";
    EXPECT_LE(for_ten, 40u) << "with the receipt, and with what this test itself posts to the server";
}

std::string name_of(const testing::TestParamInfo<By>& by) {
    static constexpr std::array names{"Tcp", "WebSocket", "Deflate", "SockjsWebSocket", "XhrStreaming"};
    return names.at(static_cast<std::size_t>(by.param));
}

INSTANTIATE_TEST_SUITE_P(Over, Allocations,
                         testing::Values(By::tcp, By::websocket, By::deflate, By::sockjs_websocket,
                                         By::xhr_streaming),
                         name_of);

}  // namespace
}  // namespace stentor::test
