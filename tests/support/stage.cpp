#include "support/stage.hpp"

#include "app/inside.hpp"

#include <atomic>
#include <thread>

namespace stentor::test {

std::uint64_t Stage::encoded() {
    std::atomic<std::uint64_t> sum = 0;
    std::atomic<unsigned> answered = 0;
    for (unsigned shard = 0; shard < config.shards; ++shard)
        app::Inside::of(app).server->post_to(shard, [&](app::Shard& there) {
            sum += there.frames().encoded();
            ++answered;
        });
    while (!until([&] { return answered == config.shards; })) {}  // the tasks refer to this frame
    return sum;
}

void Stage::on_another_thread(const std::function<void()>& work) { std::thread(work).join(); }

}  // namespace stentor::test
