#include "stamp.hpp"

#include <gtest/gtest.h>

namespace stentor::bench {
namespace {

TEST(BenchStamp, WhatIsWrittenIsRead) {
    for (const Stamp stamp :
         {Stamp{0, 0}, Stamp{1, 2}, Stamp{0xffffff, Stamp::probe}, Stamp{499, 123'456'789}}) {
        std::string text(Stamp::size, '?');
        write_stamp(text.data(), stamp);
        EXPECT_EQ(read_stamp(text + "rest"), stamp);
        EXPECT_EQ(find_stamp("{\"content\":\"Hello, " + text + "!\"}"), stamp);
    }
}

TEST(BenchStamp, WhatIsNoneIsNotRead) {
    EXPECT_EQ(read_stamp("000000000000000"), std::nullopt);
    EXPECT_EQ(read_stamp("00000000000000g0"), std::nullopt);
    EXPECT_EQ(read_stamp("\xff"
                         "00000000000000000"),
              std::nullopt);
    EXPECT_EQ(find_stamp("Hello, World!"), std::nullopt);
    EXPECT_EQ(find_stamp(""), std::nullopt);
}

TEST(BenchStamp, BodiesHaveTheirSizeAndBeginWithAStampOfZeros) {
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 128U, 5'000U}) {
        const std::string body = stamped_body(size);
        EXPECT_EQ(body.size(), size);
        EXPECT_EQ(read_stamp(body), size < Stamp::size ? std::nullopt : std::optional(Stamp{}));
        EXPECT_EQ(body.find('\0'), std::string::npos);
    }
    EXPECT_EQ(stamped_body(100), stamped_body(100));
}

}  // namespace
}  // namespace stentor::bench
