// What asking the rules of access costs a SEND, where the last of them is the one that counts:
//
//     build/release/bin/bench_access
//
// docs/performance.md says what it may be.
#include "security/access_policy.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace stentor;

const Principal alice{"alice", {"ROLE_USER", "SCOPE_orders"}};

AccessRules rules(std::int64_t count, const std::string& last) {
    AccessRules made;
    for (std::int64_t i = 1; i < count; ++i)
        made.send("/topic/room" + std::to_string(i) + "/{name}/**", is_user("name"));
    made.send(last, has_role("USER"));
    return made;
}

void send_past(benchmark::State& state, const std::string& last, const std::string& destination) {
    const security::AccessPolicy policy(rules(state.range(0), last));
    for (auto _ : state)
        benchmark::DoNotOptimize(policy.allows(AccessAction::send, destination, &alice, nullptr));
}

BENCHMARK_CAPTURE(send_past, exact, "/topic/rooms/x", "/topic/rooms/x")->Arg(1)->Arg(50);
BENCHMARK_CAPTURE(send_past, below, "/topic/**", "/topic/rooms/x")->Arg(1)->Arg(50);
BENCHMARK_CAPTURE(send_past, application, "/app/**", "/app/orders/7")->Arg(1)->Arg(50);

void own_destination(benchmark::State& state) {
    const security::AccessPolicy policy(AccessRules().send("/topic/of/{name}/**", is_user("name")));
    for (auto _ : state)
        benchmark::DoNotOptimize(policy.allows(AccessAction::send, "/topic/of/alice/x", &alice, nullptr));
}
BENCHMARK(own_destination);

}  // namespace

BENCHMARK_MAIN();
