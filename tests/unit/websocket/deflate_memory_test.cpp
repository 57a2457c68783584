// How much memory compression takes (src/websocket/inflater.cpp, deflater.cpp, connection.cpp): the whole
// program's operator new is counted here.
#include "unit/websocket/client_frames.hpp"
#include "websocket/connection.hpp"
#include "websocket/deflater.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

std::size_t live = 0;  ///< bytes taken and not given back
std::size_t peak = 0;

void* take(std::size_t size) noexcept {
    void* const memory = std::malloc(size == 0 ? 1 : size);
    if (memory != nullptr) live += malloc_usable_size(memory);
    peak = std::max(peak, live);
    return memory;
}

void* take_or_throw(std::size_t size) {
    if (void* const memory = take(size)) return memory;
    throw std::bad_alloc();
}

void give_back(void* memory) noexcept {
    if (memory != nullptr) live -= malloc_usable_size(memory);
    std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return take_or_throw(size); }
void* operator new[](std::size_t size) { return take_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete[](void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete[](void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { give_back(memory); }

namespace stentor::websocket {
namespace {

using namespace test;

constexpr std::size_t kib = 1024;

/// A compressed message of 64 MiB of zeros: about 64 KiB.
const std::string& bomb() {
    static const std::string made = Deflater({.level = 9}).compress(std::string(64 * kib * kib, '\0'));
    return made;
}

/// What is in use beyond what was, at most and at the end.
struct Used {
    std::size_t before = live;
    Used() { peak = live; }
    [[nodiscard]] std::size_t most() const { return peak - before; }
    [[nodiscard]] std::size_t now() const { return live - before; }
};

/// The code that the bytes close a connection with, given to it in pieces of that size.
std::uint16_t close_code(Connection& connection, std::span<char> bytes, std::size_t piece) {
    std::uint16_t code = 0;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        connection.receive(bytes.subspan(at, std::min(piece, bytes.size() - at)));
        while (const auto event = connection.next_event()) {
            if (const auto* closed = std::get_if<Closed>(&*event)) code = closed->code;
        }
    }
    return code;
}

TEST(WebSocketD1, ABombStopsAtTheLimitAndTakesLittleMemory) {
    ASSERT_LT(bomb().size(), 66 * kib);
    for (const DeflateAgreement& agreement :
         {DeflateAgreement{true, true, 12, 12}, DeflateAgreement{false, false, 15, 15}}) {
        for (std::size_t piece : {std::size_t{1} << 20, std::size_t{16} * kib, std::size_t{100}}) {
            std::string bytes = compressed_frame(2, bomb());
            Connection connection({}, agreement);
            const Used used;
            EXPECT_EQ(close_code(connection, bytes, piece), 1009);
            EXPECT_LT(used.most(), 144 * kib);  // 64 KiB and the 32 that become 64; the window; zlib's state
            EXPECT_LT(live, used.before + kib);
        }
    }
}

TEST(WebSocketD2, ABombInFragmentsStopsAtTheLimitToo) {
    std::string bytes = compressed_fragment(2, bomb().substr(0, 70));
    for (std::size_t at = 70; at < bomb().size(); at += 70) bytes += fragment(0, bomb().substr(at, 70));
    Connection connection({}, DeflateAgreement{true, true, 12, 12});
    const Used used;
    EXPECT_EQ(close_code(connection, bytes, 16 * kib), 1009);
    EXPECT_LT(used.most(), 144 * kib);
}

TEST(WebSocketD1, ABombWithinTheLimitIsReadInProportion) {
    std::string bytes = compressed_frame(2, bomb());
    Connection connection({.max_message = 64 * kib * kib}, DeflateAgreement{true, true, 12, 12});
    const Used used;
    EXPECT_EQ(close_code(connection, bytes, bytes.size()), 0);
    EXPECT_LT(used.most(), 129 * kib * kib);
}

/// What the first message of a process sets up for good (simdjson's choice of an implementation) is no
/// connection's.
void read_once(std::string bytes) {
    Connection connection({}, DeflateAgreement{true, true, 15, 15});
    ASSERT_EQ(close_code(connection, bytes, bytes.size()), 0);
}

TEST(WebSocketD8, WithoutContextTakeoverAnIdleConnectionKeepsNothing) {
    const std::string message = compressed_frame(1, Deflater({}).compress(std::string(50'000, 'x')));
    read_once(message);
    Connection connection({}, DeflateAgreement{true, true, 15, 15});
    const Used used;
    for (std::string bytes : {message, message, message}) {
        EXPECT_EQ(close_code(connection, bytes, bytes.size()), 0);
    }
    EXPECT_EQ(used.now(), 0u);
}

TEST(WebSocketD8, WithContextTakeoverAnIdleConnectionKeepsTheWindowAgreedOn) {
    const std::string message = compressed_frame(1, Deflater({}).compress(std::string(50'000, 'x')));
    read_once(message);
    for (int bits = 9; bits <= 15; ++bits) {
        Connection connection({}, DeflateAgreement{true, false, 15, bits});
        const Used used;
        for (std::string bytes : {message, message, message}) {
            EXPECT_EQ(close_code(connection, bytes, bytes.size()), 0);
        }
        EXPECT_GE(used.now(), std::size_t{1} << bits);
        EXPECT_LT(used.now(), (std::size_t{1} << bits) + 64) << bits;
    }
}

TEST(WebSocketD8, ADeflaterTakesWhatItsCommentSays) {
    const auto taken = [](int bits) {
        const Used used;
        Deflater deflater({.window_bits = bits});
        EXPECT_LT(deflater.compress(std::string(100'000, 'x')).size(), 1000u);
        return used.now();
    };
    EXPECT_LT(taken(9), 17 * kib);
    EXPECT_LT(taken(12), 39 * kib);
    EXPECT_LT(taken(15), 263 * kib);
}

}  // namespace
}  // namespace stentor::websocket
