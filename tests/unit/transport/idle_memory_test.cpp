// What an idle connection takes (src/transport/websocket_protocol.hpp, src/websocket/connection.hpp,
// src/base/timer_queue.hpp): the whole program's operator new is counted here.
#include "transport_bench.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <new>

namespace {

std::size_t live = 0;  ///< bytes taken and not given back

void* take(std::size_t size) noexcept {
    void* const memory = std::malloc(size == 0 ? 1 : size);
    if (memory != nullptr) live += malloc_usable_size(memory);
    return memory;
}

}  // namespace

void* operator new(std::size_t size) {
    if (void* const memory = take(size)) return memory;
    throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void operator delete(void* memory) noexcept {
    if (memory != nullptr) live -= malloc_usable_size(memory);
    std::free(memory);
}
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { operator delete(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { operator delete(memory); }

namespace stentor::transport {
namespace {

using test::masked_frame;
using test::masked_text;

/// A hundred connections behind their handshakes.
class IdleMemory : public testing::Test {
protected:
    static constexpr std::size_t count = 100;

    IdleMemory() {
        for (std::size_t i = 0; i < count; ++i) bench_.send(bench_.connect(), upgrade("/ws"));
    }

    void say(const std::string& bytes) {
        for (const auto& link : bench_.links) bench_.send(*link, bytes);
    }
    /// What the transports of all hold, and the sessions, which are two pointers here; found out by letting
    /// them go.
    std::size_t bytes_each() {
        forget_notes();
        const std::size_t before = live;
        for (const auto& link : bench_.links) link->protocol.reset();
        forget_notes();
        return (before - live) / count;
    }

private:
    void forget_notes() { std::vector<std::string>().swap(bench_.notes.events); }

    TransportBench bench_;
};

constexpr std::size_t bound = 280;
constexpr const char* why =
    "bytes for each idle WebSocket connection, of which servers have tens of thousands: let what only some "
    "connections need, or only sometimes, be there when it is needed";

TEST_F(IdleMemory, AWebSocketConnectionBehindItsHandshakeIsSmall) { EXPECT_LE(bytes_each(), bound) << why; }

TEST_F(IdleMemory, NothingIsLeftOfMessagesPingsAndFragments) {
    const std::string fragments =
        masked_frame(1, "a").replace(0, 1, "\x01") + masked_frame(0, std::string(60'000, 'b'));
    for (const std::string& bytes : {masked_text("hi"), masked_text(std::string(60'000, 'x')), fragments,
                                     masked_frame(9, std::string(100, 'p')), masked_frame(10, "unasked")}) {
        say(bytes.substr(0, 1));
        say(bytes.substr(1, 50));
        say(bytes.substr(std::min<std::size_t>(51, bytes.size())));
        say(bytes);
    }
    EXPECT_LE(bytes_each(), bound) << why;
}

TEST_F(IdleMemory, ATurnThatWasTooShortLeavesNothingEither) {
    std::string flood;
    for (int i = 0; i < 200; ++i) flood += masked_text("x");
    for (int turn = 0; turn < 4; ++turn) say(turn == 0 ? flood : "");
    EXPECT_LE(bytes_each(), bound) << why;
}

}  // namespace
}  // namespace stentor::transport
