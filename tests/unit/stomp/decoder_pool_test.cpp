#include "stomp/decoder_pool.hpp"

#include <gtest/gtest.h>

namespace stentor::stomp {
namespace {

using namespace std::string_view_literals;

TEST(StompDecoderPool, GivesTheSameDecoderToTheNext) {
    const Limits limits;
    DecoderPool pool(limits);
    std::unique_ptr<Decoder> decoder = pool.take();
    const Decoder* const first = decoder.get();
    decoder->feed("BEGIN\ntransaction:t\n\n\0"sv);
    ASSERT_TRUE(decoder->next()->has_value());
    pool.give_back(std::move(decoder));
    EXPECT_EQ(pool.take().get(), first);
}

TEST(StompDecoderPool, TheNextFindsItAsNew) {
    const Limits limits{.max_first_frame = 40};
    DecoderPool pool(limits);
    std::unique_ptr<Decoder> decoder = pool.take();
    decoder->set_version(Version::v1_0);
    decoder->feed("SEND\n destination : /topic/longer/than/a/first/frame\n\n\0"sv);
    ASSERT_EQ((*decoder->next())->header("destination"), "/topic/longer/than/a/first/frame");
    pool.give_back(std::move(decoder));

    decoder = pool.take();
    EXPECT_TRUE(decoder->at_rest());
    EXPECT_FALSE(decoder->in_frame());
    decoder->feed("SEND\n a : b\n\n\0"sv);
    EXPECT_EQ((*decoder->next())->header(" a "), " b") << "blanks count since 1.1";
    decoder->feed("SEND\ndestination:/topic/longer/than/a/first/frame\n\n\0"sv);
    EXPECT_EQ(decoder->next().error().message, "the first frame is longer than 40 bytes");
}

TEST(StompDecoderPool, DoesNotKeepOneThatHoldsSomethingOrFailed) {
    const Limits limits;
    DecoderPool pool(limits);
    for (const std::string_view input : {"SEN"sv, "\r"sv, "SEND\n\n\0SEND"sv, "HELLO\n\n\0"sv}) {
        std::unique_ptr<Decoder> decoder = pool.take();
        decoder->feed(input);
        while (const auto next = decoder->next())
            if (!next->has_value() || decoder->has_unread()) break;
        EXPECT_FALSE(decoder->at_rest()) << input;
        pool.give_back(std::move(decoder));
        EXPECT_EQ(pool.size(), 0u) << input;
    }
}

TEST(StompDecoderPool, KeepsAFewOnly) {
    const Limits limits;
    DecoderPool pool(limits);
    std::vector<std::unique_ptr<Decoder>> taken;
    for (std::size_t i = 0; i < 2 * DecoderPool::kept; ++i) taken.push_back(pool.take());
    for (auto& each : taken) pool.give_back(std::move(each));
    EXPECT_EQ(pool.size(), DecoderPool::kept);
}

}  // namespace
}  // namespace stentor::stomp
