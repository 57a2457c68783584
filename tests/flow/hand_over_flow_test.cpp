#include "app/inside.hpp"
#include "testing/carriers.hpp"
#include "testing/pipe_driver.hpp"

#include <gmock/gmock.h>

namespace stentor::test {
namespace {

/// A request arrives on a shard that has begun to stop, from one that has not.
TEST(HandOverFlow, AConnectionThatArrivesWhileItsShardStopsIsClosed) {
    App app;
    app.add_stomp_endpoint("/ws").with_sockjs();
    std::shared_ptr<PipeDriver> driver;
    app::Inside::of(app).make_driver = [&](const app::Blueprint& blueprint) {
        return driver = std::make_shared<PipeDriver>(blueprint);
    };
    app.start({.shards = 2});
    std::vector<std::shared_ptr<Pipe>> pipes;
    for (int i = 0; i < 16; ++i) {
        driver->accept(Speaks::http);                   // on the first shard
        pipes.push_back(driver->accept(Speaks::http));  // on the second
    }
    driver->turn();
    driver->post_to(0, [](app::Shard& shard) { shard.shut_down(); });
    for (std::size_t i = 0; i < pipes.size(); ++i)
        pipes[i]->send(http_request("POST", "/ws/000/handed-" + std::to_string(i) + "/xhr"));
    while (driver->turn()) {}
    int closed = 0;
    for (const auto& pipe : pipes) {
        EXPECT_NE(pipe->is_closed(), pipe->output().ends_with("\r\n\r\no\n"));
        closed += pipe->is_closed() ? 1 : 0;
    }
    EXPECT_GT(closed, 0);
    EXPECT_LT(closed, 16);
    app.stop();
}

}  // namespace
}  // namespace stentor::test
