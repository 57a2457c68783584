#include "session/frame_cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace stentor::session {
namespace {

using stomp::Version;

MessagePtr message(std::string body) {
    return std::make_shared<const Message>(Message{"/topic/x", {}, std::move(body), "m-1"});
}

TEST(FrameCache, OneNumberForTheSameIdVersionAndFraming) {
    FrameCache cache;
    const auto first = cache.acquire("sub-0", Version::v1_2, Framing::websocket);
    EXPECT_EQ(cache.acquire("sub-0", Version::v1_2, Framing::websocket), first);
    EXPECT_NE(cache.acquire("sub-1", Version::v1_2, Framing::websocket), first);
    EXPECT_NE(cache.acquire("sub-0", Version::v1_1, Framing::websocket), first);
    EXPECT_NE(cache.acquire("sub-0", Version::v1_2, Framing::tcp), first);
    EXPECT_EQ(cache.size(), 4u);
}

TEST(FrameCache, AMessageIsEncodedOnceForEachNumber) {
    FrameCache cache;
    const auto a = cache.acquire("a", Version::v1_2, Framing::tcp);
    const auto b = cache.acquire("b", Version::v1_2, Framing::tcp);
    const MessagePtr hello = message("hello");
    const base::BytesRef first = cache.frame(a, hello);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(cache.frame(a, hello), first);
    EXPECT_EQ(cache.encoded(), 1u);
    EXPECT_NE(cache.frame(b, hello)->view(), first->view());
    EXPECT_EQ(cache.encoded(), 2u);
}

TEST(FrameCache, AnotherMessageIsEncodedAnew) {
    FrameCache cache;
    const auto a = cache.acquire("a", Version::v1_2, Framing::tcp);
    const base::BytesRef one = cache.frame(a, message("one"));
    const base::BytesRef two = cache.frame(a, message("two"));
    EXPECT_NE(one->view().find("one"), std::string::npos);
    EXPECT_NE(two->view().find("two"), std::string::npos);
}

TEST(FrameCache, TheMessageIsKeptAliveSoThatItsAddressIsNotAnothers) {
    FrameCache cache;
    const auto a = cache.acquire("a", Version::v1_2, Framing::tcp);
    MessagePtr hello = message("hello");
    const std::weak_ptr<const Message> watch = hello;
    cache.frame(a, hello);
    hello.reset();
    EXPECT_FALSE(watch.expired());
    cache.clear();
    EXPECT_TRUE(watch.expired());
}

TEST(FrameCache, SeveralMessagesInOnePieceAreJoinedOnceForEachNumber) {
    FrameCache cache;
    const auto a = cache.acquire("a", Version::v1_2, Framing::websocket);
    const auto b = cache.acquire("b", Version::v1_2, Framing::websocket);
    const std::vector<MessagePtr> three{message("one"), message("two"), message("three")};
    const base::BytesRef joined = cache.joined(a, three);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(cache.joined(a, three), joined);
        (void)cache.joined(b, three);
    }
    EXPECT_EQ(cache.encoded(), 6U);
    std::string expected;
    for (const MessagePtr& each : three) expected += cache.frame(a, each)->view();
    EXPECT_EQ(joined->view(), expected);
    EXPECT_EQ(cache.encoded(), 6U);
}

TEST(FrameCache, RunsThatOverlapAreTheirOwn) {
    FrameCache cache;
    const auto a = cache.acquire("a", Version::v1_2, Framing::tcp);
    std::vector<MessagePtr> all;
    for (int i = 0; i < 100; ++i) all.push_back(message("<" + std::to_string(i) + ">"));
    const auto bodies = [](std::string_view bytes) {
        std::string found;
        for (std::size_t at = bytes.find('<'); at != bytes.npos; at = bytes.find('<', at + 1))
            found += bytes.substr(at, bytes.find('>', at) + 1 - at);
        return found;
    };
    for (std::size_t first = 0; first < all.size(); first += 7)
        for (const std::size_t count : {1UL, 2UL, 32UL}) {
            if (first + count > all.size()) continue;
            std::string expected;
            for (std::size_t i = first; i < first + count; ++i) expected += all[i]->body;
            EXPECT_EQ(bodies(cache.joined(a, std::span(all).subspan(first, count))->view()), expected);
            EXPECT_EQ(bodies(cache.frame(a, all[first])->view()), all[first]->body);
        }
}

/// Subscribers may be visited one after another, each for all messages, or the other way round.
TEST(FrameCache, TheLatestMessagesOfATurnAreKept) {
    FrameCache cache;
    const auto a = cache.acquire("a", Version::v1_2, Framing::sockjs_quoted);
    std::vector<MessagePtr> messages;
    for (int i = 0; i < 32; ++i) messages.push_back(message(std::to_string(i)));
    for (int subscriber = 0; subscriber < 10; ++subscriber)
        for (const MessagePtr& each : messages) (void)cache.frame(a, each);
    EXPECT_EQ(cache.encoded(), 32U);
}

TEST(FrameCache, OfManyMessagesInOneTurnNotAllAreKept) {
    FrameCache cache;
    const auto a = cache.acquire("a", Version::v1_2, Framing::tcp);
    std::vector<std::weak_ptr<const Message>> messages;
    for (int i = 0; i < 1000; ++i) {
        const MessagePtr each = message(std::to_string(i));
        messages.push_back(each);
        EXPECT_NE(cache.frame(a, each)->view().find("\n\n" + each->body), std::string::npos);
    }
    const auto kept = std::ranges::count_if(messages, [](const auto& each) { return !each.expired(); });
    EXPECT_LE(kept, 64);
    EXPECT_FALSE(messages.back().expired());
}

TEST(FrameCache, ClearLetsGoOfTheFrames) {
    FrameCache cache;
    const auto a = cache.acquire("a", Version::v1_2, Framing::tcp);
    const base::BytesRef frame = cache.frame(a, message("hello"));
    EXPECT_EQ(frame->use_count(), 2u);
    cache.clear();
    EXPECT_EQ(frame->use_count(), 1u);
}

TEST(FrameCache, TheSameMessageAfterClearIsEncodedAgain) {
    FrameCache cache;
    const auto a = cache.acquire("a", Version::v1_2, Framing::tcp);
    const MessagePtr hello = message("hello");
    const std::string before(cache.frame(a, hello)->view());
    cache.clear();
    EXPECT_EQ(cache.frame(a, hello)->view(), before);
    EXPECT_EQ(cache.encoded(), 2u);
}

TEST(FrameCache, ANumberIsFreeWhenItsLastUserReleasedIt) {
    FrameCache cache;
    const auto a = cache.acquire("a", Version::v1_2, Framing::tcp);
    cache.acquire("a", Version::v1_2, Framing::tcp);
    cache.release(a);
    EXPECT_EQ(cache.size(), 1u);
    cache.release(a);
    EXPECT_EQ(cache.size(), 0u);
    EXPECT_EQ(cache.acquire("b", Version::v1_0, Framing::tcp), a);
}

TEST(FrameCache, ARecycledNumberDoesNotGiveTheOldFrame) {
    FrameCache cache;
    const MessagePtr hello = message("hello");
    const auto a = cache.acquire("old", Version::v1_2, Framing::tcp);
    cache.frame(a, hello);
    cache.release(a);
    const auto b = cache.acquire("new", Version::v1_2, Framing::tcp);
    ASSERT_EQ(a, b);
    EXPECT_NE(cache.frame(b, hello)->view().find("subscription:new"), std::string::npos);
}

TEST(FrameCache, ClientsThatComeAndGoLeaveNothingBehind) {
    FrameCache cache;
    const MessagePtr hello = message("hello");
    FrameCache::Encoding highest = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto number = cache.acquire("id-" + std::to_string(i), Version::v1_2, Framing::tcp);
        cache.frame(number, hello);
        cache.release(number);
        highest = std::max(highest, number);
    }
    EXPECT_EQ(highest, 0u);
    EXPECT_EQ(cache.size(), 0u);
}

TEST(FrameCacheDeflate, EachWindowHasAFrameOfItsOwnThatIsMadeOnce) {
    websocket::DeflateSettings settings;
    settings.min_size = 100;
    FrameCache cache(settings);
    const auto plain = cache.acquire("a", Version::v1_2, Framing::websocket);
    const auto narrow = cache.acquire("a", Version::v1_2, Framing::websocket, 9);
    const auto wide = cache.acquire("a", Version::v1_2, Framing::websocket, 12);
    EXPECT_EQ(cache.acquire("a", Version::v1_2, Framing::websocket, 12), wide);
    EXPECT_EQ(cache.size(), 3U);
    const MessagePtr long_one = message(std::string(1000, 'x'));
    const base::BytesRef frame = cache.frame(wide, long_one);
    EXPECT_EQ(cache.frame(wide, long_one), frame);
    EXPECT_LT(frame->size(), 200U);
    EXPECT_LT(cache.frame(narrow, long_one)->size(), 200U);
    EXPECT_GT(cache.frame(plain, long_one)->size(), 1000U);
    EXPECT_EQ(cache.encoded(), 3U);
}

TEST(FrameCacheDeflate, AShortMessageIsNotCompressed) {
    FrameCache cache;
    const auto plain = cache.acquire("a", Version::v1_2, Framing::websocket);
    const auto wide = cache.acquire("a", Version::v1_2, Framing::websocket, 12);
    const MessagePtr short_one = message("hello");
    EXPECT_EQ(cache.frame(wide, short_one)->view(), cache.frame(plain, short_one)->view());
}

}  // namespace
}  // namespace stentor::session
