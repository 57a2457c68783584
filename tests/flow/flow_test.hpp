#pragma once

#include "support/stage.hpp"
#include "testing/stomp_client.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace stentor::test {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

inline constexpr Transport stomp_transports[] = {Transport::tcp,           Transport::websocket,
                                                 Transport::raw_websocket, Transport::sockjs_websocket,
                                                 Transport::xhr_streaming, Transport::xhr};

inline std::string name_of(Transport transport) {
    switch (transport) {
        case Transport::tcp: return "tcp";
        case Transport::websocket: return "websocket";
        case Transport::raw_websocket: return "raw_websocket";
        case Transport::sockjs_websocket: return "sockjs_websocket";
        case Transport::xhr_streaming: return "xhr_streaming";
        case Transport::xhr: return "xhr";
    }
    return "";
}

/// An application on 1, 2 or 8 shards.
class FlowTest : public testing::TestWithParam<unsigned> {
protected:
    FlowTest() { stage->config.shards = GetParam(); }
    ~FlowTest() override { clients.clear(); }

    App& app() { return stage->app; }
    StompClient& client(Transport transport = Transport::websocket, const std::string& path = "/ws") {
        StompClient& made = *clients.emplace_back(std::make_unique<StompClient>(*stage, transport, path));
        EXPECT_EQ(made.connect().command, "CONNECTED");
        return made;
    }
    /// Its connection is lost.
    void lose(StompClient& one) {
        for (auto& own : clients)
            if (own.get() == &one) own.reset();
    }
    HttpAnswer ask_once(std::string_view request) {
        return ask(*stage, *stage->connect(Speaks::http), request);
    }
    bool until(const std::function<bool()>& done) { return stage->until(done); }

    std::unique_ptr<Stage> stage = make_stage();
    std::vector<std::unique_ptr<StompClient>> clients;
};

inline std::string shards_of(const testing::TestParamInfo<unsigned>& info) {
    return std::to_string(info.param) + (info.param == 1 ? "_shard" : "_shards");
}

}  // namespace stentor::test
