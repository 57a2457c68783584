#include "transport/stomp_tcp_protocol.hpp"

#include "transport_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::transport {
namespace {

using testing::ElementsAre;

struct Open {
    Open() : link(bench.connect()) {
        auto protocol = std::make_unique<StompTcpProtocol>(
            bench.timers, link.wire, [this](StompTcpProtocol& stomp, const net::Wire&) {
                return std::make_unique<NotingInlet>(bench.notes, stomp);
            });
        StompTcpProtocol& stomp = *protocol;
        link.protocol = std::move(protocol);
        stomp.open();
    }
    std::string say(std::string_view bytes) { return bench.send(link, bytes); }
    TransportBench bench;
    TransportBench::Link& link;
};

TEST(StompTcpProtocol, TheBytesAreTheSessions) {
    Open open;
    open.say("SEND");
    open.bench.notes.send("RECEIPT");
    EXPECT_EQ(open.link.pipe->take_output(), "RECEIPT");
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text SEND"));
}

TEST(StompTcpProtocol, TheSessionIsToldOnceOfTheEnd) {
    Open open;
    open.link.pipe->close();
    open.bench.turn();
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "closed 1006"));
}

TEST(StompTcpW22, NothingIsReadWhileTheSessionHasMore) {
    Open open;
    open.bench.notes.on_text = [&](session::Outlet&, std::string_view) { open.bench.notes.left = 2; };
    open.say("a");
    EXPECT_TRUE(open.link.pipe->is_paused());
    open.say("b");
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text a", "went on"));
    open.bench.turn();
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text a", "went on", "went on", "text b"));
}

TEST(StompTcpW22, ASessionThatClosesWhileItGoesOnIsLeftAlone) {
    Open open;
    open.bench.notes.on_text = [&](session::Outlet& outlet, std::string_view) {
        open.bench.notes.left = 2;
        outlet.close({1002, ""});
    };
    open.say("a");
    open.bench.turn();
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text a", "closed 1002"));
}

}  // namespace
}  // namespace stentor::transport
