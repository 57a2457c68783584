#include "flow_test.hpp"

#include <map>

namespace stentor::test {
namespace {

class BrokerHoldFlow : public FlowTest {
protected:
    void SetUp() override {
        app().add_stomp_endpoint("/ws").with_sockjs();
        app().hold_messages({.destination = "/topic/busy", .hold = 2ms, .max_messages = 20});
        stage->start();
    }
};

TEST_P(BrokerHoldFlow, ABusyTopicReachesEachSubscriberOnceAndInOrderOfEachPublisher) {
    constexpr int each = 100;
    for (const Transport transport : stomp_transports) client(transport).subscribe("sub-0", "/topic/*");
    const std::size_t subscribers = clients.size();
    for (int p = 0; p < 2; ++p) client();
    for (int n = 0; n < each; ++n)
        for (std::size_t p = 0; p < 2; ++p)
            clients[subscribers + p]->send("/topic/busy", std::to_string(p) + ":" + std::to_string(n));
    for (std::size_t i = 0; i < subscribers; ++i) {
        std::map<char, int> expected;
        for (const std::string& body : clients[i]->next_bodies(2 * each))
            EXPECT_EQ(body.substr(2), std::to_string(expected[body[0]]++)) << "from publisher " << body[0];
    }
    clients[subscribers]->send("/topic/busy", "end");
    for (std::size_t i = 0; i < subscribers; ++i) EXPECT_THAT(clients[i]->next_bodies(1), ElementsAre("end"));
}

INSTANTIATE_TEST_SUITE_P(On, BrokerHoldFlow, testing::Values(1U, 2U, 8U), shards_of);

}  // namespace
}  // namespace stentor::test
