#include "kafka/start_position.hpp"

#include <gtest/gtest.h>

namespace stentor::kafka {
namespace {

StartPosition position(const Headers& headers) { return read_start_position(headers).value(); }

TEST(StartPosition, WithoutHeadersIsNow) {
    EXPECT_EQ(position({}), StartPosition(Latest{}));
    EXPECT_EQ(position({{"offset", "latest"}}), StartPosition(Latest{}));
}

TEST(StartPosition, IsAnOffsetATimeOrTheBeginning) {
    EXPECT_EQ(position({{"offset", "earliest"}}), StartPosition(Earliest{}));
    EXPECT_EQ(position({{"timestamp", "1700000000000"}}), StartPosition(Since{1700000000000}));
    EXPECT_EQ(position({{"offset", "120"}}), StartPosition(Offsets{{{0, 120}}}));
    EXPECT_EQ(position({{"offset", "120"}, {"partition", "3"}}), StartPosition(Offsets{{{3, 120}}}));
    EXPECT_EQ(position({{"offset", "0=120,11=95"}}), StartPosition(Offsets{{{0, 120}, {11, 95}}}));
}

TEST(StartPosition, AnythingElseIsMalformed) {
    const std::vector<Headers> wrong{{{"offset", ""}},
                                     {{"offset", "-1"}},
                                     {{"offset", "x"}},
                                     {{"offset", "1x"}},
                                     {{"offset", "9223372036854775808"}},
                                     {{"offset", "0=1,0=2"}},
                                     {{"offset", "0=1,,1=2"}},
                                     {{"offset", "0="}},
                                     {{"offset", "=1"}},
                                     {{"offset", "99999999999=1"}},
                                     {{"offset", "1"}, {"timestamp", "1"}},
                                     {{"offset", "earliest"}, {"partition", "1"}},
                                     {{"offset", "1"}, {"partition", "-1"}},
                                     {{"partition", "1"}},
                                     {{"timestamp", "yesterday"}},
                                     {{"timestamp", "1"}, {"partition", "1"}}};
    for (const Headers& headers : wrong)
        EXPECT_TRUE(read_start_position(headers).has_error()) << headers.find("offset").value_or("-");
}

TEST(StartPosition, ThousandsOfPartitionsAreRefused) {
    std::string text = "0=0";
    for (int i = 1; i < 5000; ++i) text += "," + std::to_string(i) + "=0";
    EXPECT_TRUE(read_start_position({{"offset", text}}).has_error());
}

}  // namespace
}  // namespace stentor::kafka
