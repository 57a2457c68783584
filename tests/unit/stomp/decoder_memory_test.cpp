#include "stomp/decoder.hpp"
#include "stomp/encoder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>

namespace {
std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace stentor::stomp {
namespace {

using namespace std::string_view_literals;

constexpr auto frames =
    "\nSEND\ndestination:/app/hello\ncontent-type:application/"
    "json\nx:a\\cb\ncontent-length:16\n\n{\"name\":\"World\"}\0"
    "SEND\ndestination:/app/hello\nreceipt:a rather long receipt, longer than any small string\n\nwithout a length\0\n"sv;

std::size_t take_all(Decoder& decoder) {
    std::size_t count = 0;
    for (auto next = decoder.next(); next && *next; next = decoder.next()) ++count;
    return count;
}

TEST(StompDecoderMemory, NoneIsAskedForInTheSteadyState) {
    Decoder decoder;
    decoder.set_version(Version::v1_2);
    decoder.feed(frames);
    ASSERT_EQ(take_all(decoder), 2u);
    const std::size_t before = allocations;
    std::size_t taken = 0;
    for (std::size_t cut = 0; cut <= frames.size(); ++cut) {
        decoder.feed(frames.substr(0, cut));
        taken += take_all(decoder);
        decoder.feed(frames.substr(cut));
        taken += take_all(decoder);
    }
    const std::size_t asked = allocations - before;
    EXPECT_EQ(taken, 2 * (frames.size() + 1));
    EXPECT_EQ(asked, 0u);
}

TEST(StompDecoderMemory, HeartBeatsAskForNone) {
    Decoder decoder;
    const std::string beats(100'000, '\n');
    const std::size_t before = allocations;
    decoder.feed(beats);
    const std::size_t taken = take_all(decoder);
    for (int i = 0; i < 1000; ++i) decoder.feed("\r\n");
    const std::size_t asked = allocations - before;
    EXPECT_EQ(taken, 0u);
    EXPECT_EQ(asked, 0u);
}

TEST(StompEncoderMemory, NoneIsAskedForBesideTheOutput) {
    const HeaderView headers[]{{"subscription", "sub-0"},
                               {"a header to escape: \\\r\n", "a value to escape: \\\r\n"}};
    std::string out;
    out.reserve(4096);
    const std::size_t before = allocations;
    encode(out, Version::v1_2, Command::message, headers, "a body longer than any small string can be");
    encode(out, Version::v1_0, Command::message, headers, "a body longer than any small string can be");
    const std::size_t asked = allocations - before;
    EXPECT_EQ(asked, 0u);
    EXPECT_GT(out.size(), 200u);
}

}  // namespace
}  // namespace stentor::stomp
