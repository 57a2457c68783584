#include "websocket/zlib_stream.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>

namespace stentor::websocket {
namespace {

TEST(ZlibStream, RawDataGoesInAndOutAtEveryWindow) {
    for (int bits = 9; bits <= 15; ++bits) {
        std::array<char, 64> compressed;
        const DeflateStream deflating = begin_deflate(bits, 6);
        deflating->next_in = zlib_bytes("Hello");
        deflating->avail_in = zlib_size(5);
        deflating->next_out = zlib_bytes(compressed.data());
        deflating->avail_out = compressed.size();
        ASSERT_EQ(deflate(deflating.get(), Z_SYNC_FLUSH), Z_OK);
        const std::string_view made(compressed.data(), compressed.size() - deflating->avail_out);
        EXPECT_TRUE(made.ends_with(flush_tail));

        std::array<char, 64> inflated;
        const InflateStream inflating = begin_inflate(bits);
        inflating->next_in = zlib_bytes(made.data());
        inflating->avail_in = zlib_size(made.size());
        inflating->next_out = zlib_bytes(inflated.data());
        inflating->avail_out = inflated.size();
        ASSERT_EQ(inflate(inflating.get(), Z_NO_FLUSH), Z_OK);
        EXPECT_EQ(std::string_view(inflated.data(), inflated.size() - inflating->avail_out), "Hello") << bits;
    }
}

TEST(ZlibStream, ASizeIsCutToWhatZlibCanCount) {
    EXPECT_EQ(zlib_size(0), 0u);
    EXPECT_EQ(zlib_size(70'000), 70'000u);
    EXPECT_EQ(zlib_size((std::size_t{1} << 32) + 5), 0xFFFFFFFFu);
}

TEST(WebSocketRfc7692_7_2_1, TheTailIsTheEndOfAnEmptyStoredBlock) {
    EXPECT_EQ(flush_tail, (std::string{'\0', '\0', '\xFF', '\xFF'}));
}

}  // namespace
}  // namespace stentor::websocket
