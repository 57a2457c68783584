#include "support/pipe_stage.hpp"
#include "testing/carriers.hpp"
#include "testing/client_frames.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace stentor::test {
namespace {

using namespace std::chrono_literals;

/// Closes when told to, and counts what it is told.
class Counting final : public TextWebSocketHandler {
public:
    void handle_text_message(WebSocketSession session, std::string_view text) override {
        ++messages;
        if (text == "close") session.close({4000, "bye"});
    }
    void after_connection_closed(WebSocketSession session, CloseStatus) override {
        ++closed;
        session.close({4001, "again"});
        session.send_text("too late");
    }
    int messages = 0;
    int closed = 0;
};

/// What can happen in one turn, in any order; that threads see no more is ThreadSanitizer's to say
/// (scripts/test-threads).
TEST(HostileCrossing, W24_OurCloseThePeersDataAndATimerAtOnce) {
    const auto handler = std::make_shared<Counting>();
    PipeStage stage;
    stage.config.shards = 1;
    stage.app.add_handler("/ws", handler);
    stage.start();
    const std::string close = masked_text("close");
    const std::string data = masked_text("data");
    const std::string goodbye = masked_close(1000);
    int sessions = 0;
    for (const std::string& first : {close, data, goodbye, std::string()})
        for (const std::string& then : {close, data, goodbye, std::string()})
            for (const base::Duration late : {base::Duration(0s), base::Duration(5s), base::Duration(60s)})
                for (const bool vanishes : {false, true}) {
                    const auto stream = stage.connect(Speaks::http);
                    EXPECT_EQ(ask(stage, *stream, upgrade_request("/ws")).status, 101);
                    stream->send(first);
                    if (late > 0s) stage.pass(late - 1s);
                    stream->send(then);
                    if (vanishes) stream->close();
                    stage.pass(1s);
                    stream->close();
                    stage.settle();
                    EXPECT_EQ(handler->closed, ++sessions);
                }
    EXPECT_EQ(stage.holdings().connections, 0U);
}

}  // namespace
}  // namespace stentor::test
