#include "base/log.hpp"

#include "base/log_limit.hpp"

#include <gtest/gtest.h>

namespace stentor::log {
namespace {

using namespace std::literals;

TEST(LogFormat, IsTheEventAndItsFields) {
    EXPECT_EQ(format("closed", {{"session", 17}, {"code", 1002u}, {"reason", "not masked"}}),
              "closed session=17 code=1002 reason=\"not masked\"");
    EXPECT_EQ(format("started", {}), "started");
}

TEST(LogFormat, QuotesWhatCouldBeReadAsAnotherField) {
    EXPECT_EQ(format("e", {{"a", ""}}), "e a=\"\"");
    EXPECT_EQ(format("e", {{"a", "x=1"}}), "e a=\"x=1\"");
    EXPECT_EQ(format("e", {{"a", "say \"hi\""}}), "e a=\"say \\\"hi\\\"\"");
    EXPECT_EQ(format("e", {{"a", "c:\\d"}}), "e a=c:\\\\d");
}

TEST(LogFormat, EscapesControlAndForeignBytesSoThatALineStaysALine) {
    EXPECT_EQ(format("e", {{"a", "x\r\ny\x1b[2J\0\x7f"sv}}), "e a=x\\x0d\\x0ay\\x1b[2J\\x00\\x7f");
    EXPECT_EQ(format("e", {{"a", "\xE2\x80\xAE"}}), "e a=\\xe2\\x80\\xae");
    EXPECT_EQ(format("e", {{"a", "%n%s{}"}}), "e a=%n%s{}");
}

TEST(LogFormat, CutsALongValueAt256Bytes) {
    EXPECT_EQ(format("e", {{"a", std::string(256, 'x')}}), "e a=" + std::string(256, 'x'));
    EXPECT_EQ(format("e", {{"a", std::string(65536, 'x')}}), "e a=" + std::string(256, 'x') + "...");
}

TEST(LogWrite, HonoursTheLevelAndTakesBracesLiterally) {
    testing::internal::CaptureStderr();
    set_level(Level::warning);
    info("quiet {}");
    warning("loud {}", {{"a", "{}"}});
    set_level(Level::info);
    const std::string written = testing::internal::GetCapturedStderr();
    EXPECT_EQ(written.find("quiet"), std::string::npos);
    EXPECT_NE(written.find("warning loud {} a={}"), std::string::npos) << written;
}

/// J9
TEST(LogWrite, AFloodOfOneEventIsCutShort) {
    testing::internal::CaptureStderr();
    for (int i = 0; i < 1'000; ++i) warning("flood_of_the_test");
    warning("another_event");
    const std::string written = testing::internal::GetCapturedStderr();
    std::size_t lines = 0;
    for (std::size_t at = 0; (at = written.find("flood_of_the_test\n", at)) != std::string::npos; ++at)
        ++lines;
    EXPECT_GE(lines, 100U);
    EXPECT_LT(lines, 1'000U);
    EXPECT_NE(written.find("another_event\n"), std::string::npos);
}

TEST(LogWrite, AfreshTheLevelAndTheLimitAreThoseOfANewProcess) {
    testing::internal::CaptureStderr();
    set_level(Level::error);
    for (int i = 0; i < 1'000; ++i) error("held_back");
    start_afresh();
    info("held_back", {{"again", "yes"}});
    const std::string written = testing::internal::GetCapturedStderr();
    EXPECT_NE(written.find("info held_back again=yes"), std::string::npos);
    EXPECT_EQ(written.find("suppressed"), std::string::npos);
}

}  // namespace
}  // namespace stentor::log
