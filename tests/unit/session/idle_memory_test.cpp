// How much memory sessions hold that have nothing to do: there may be a hundred thousand of them.
#include "stomp_bench.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

std::size_t held = 0;  ///< bytes, with what malloc needs for itself

/// glibc's: a header, 16-byte steps, 32 at least. Computed, so that sanitizers do not count.
std::size_t chunk(std::size_t size) { return std::max<std::size_t>((size + 8 + 15) / 16 * 16, 32); }

void* allocate(std::size_t size) noexcept {
    void* const memory = std::malloc(std::max<std::size_t>(size, 1));
    if (memory != nullptr) held += chunk(malloc_usable_size(memory));
    return memory;
}

void release(void* memory) noexcept {
    if (memory == nullptr) return;
    held -= chunk(malloc_usable_size(memory));
    std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
    if (void* const memory = allocate(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }

namespace stentor::session {
namespace {

class Nowhere final : public Outlet {
public:
    [[nodiscard]] Framing framing() const override { return Framing::websocket; }
    void send(base::BytesRef) override {}
    [[nodiscard]] std::size_t unsent() const override { return 0; }
    void close(CloseStatus) override {}
};

class IdleMemory : public ::testing::Test {
protected:
    static constexpr std::size_t many = 1000;

    IdleMemory() {
        bench.shard();
        sessions.reserve(many);
    }
    StompSession& idle() {
        const std::string id(32, 'x');  // as random ids are
        auto& made = sessions.emplace_back(std::make_unique<StompSession>(
            bench.shard(), outlet, std::make_shared<SessionState>(SessionState{id})));
        made->opened();
        hear(*made, "CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:10000,10000\n\n^");
        hear(*made, "SUBSCRIBE\nid:sub-0\ndestination:/topic/a-name-as-long-as-they-are\n\n^");
        return *made;
    }
    static void hear(StompSession& session, std::string bytes) {
        std::ranges::replace(bytes, '^', '\0');
        session.text(bytes);
    }
    void turns() {
        for (int i = 0; i < 3; ++i) bench.turn();
        bench.frames.clear();
    }

    StompBench bench;
    Nowhere outlet;
    std::vector<std::unique_ptr<StompSession>> sessions;
};

TEST_F(IdleMemory, AConnectedSessionWithOneSubscriptionTakesNoMoreThanThis) {
    constexpr std::size_t bound = 560;
    for (std::size_t i = 0; i < many / 10; ++i) idle();
    turns();
    const std::size_t before = held;
    for (std::size_t i = 0; i < many / 2; ++i) idle();
    turns();
    EXPECT_LE((held - before) / (many / 2), bound)
        << "StompSession has " << sizeof(StompSession) << " bytes, SessionState " << sizeof(SessionState)
        << ", a subscription " << sizeof(Subscriptions::Entry)
        << ". What an idle session does not need should be made when it is needed (see StompSession)";
}

TEST_F(IdleMemory, WhatASessionUsedIsGivenBack) {
    StompSession& session = idle();
    const auto use_all = [&] {
        bench.publish("/topic/a-name-as-long-as-they-are", std::string(1000, 'x'));
        hear(session, "SEND\ndestination:/topic/other\nrec");
        hear(session, "eipt:b\n\nhi^");
        hear(session, "BEGIN\ntransaction:t\n\n^");
        hear(session, "SEND\ndestination:/topic/other\ntransaction:t\nreceipt:c\n\nhi^");
        hear(session, "COMMIT\ntransaction:t\nreceipt:d\n\n^");
        hear(session, "SUBSCRIBE\nid:sub-1\ndestination:/queue/x\n\n^");
        bench.publish("/queue/x", "hi");
        turns();
        hear(session, "UNSUBSCRIBE\nid:sub-1\n\n^");
        hear(session, "\n");
        turns();
    };
    use_all();  // what the shard makes once for all sessions is there now
    const std::size_t before = held;
    use_all();
    EXPECT_EQ(held, before);
}

}  // namespace
}  // namespace stentor::session
