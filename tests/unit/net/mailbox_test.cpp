#include "net/mailbox.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace stentor::net {
namespace {

/// Whether it calls for its owner, within that time.
bool calls(const Mailbox& box, int milliseconds) {
    pollfd waiting{box.wake_fd(), POLLIN, 0};
    return ::poll(&waiting, 1, milliseconds) == 1;
}

TEST(Mailbox, OpensInTheOrderOfPosting) {
    Mailbox box;
    std::string order;
    EXPECT_TRUE(box.empty());
    for (const char c : {'a', 'b', 'c'}) box.post([&order, c] { order += c; });
    EXPECT_FALSE(box.empty());
    EXPECT_EQ(order, "");
    box.open_all();
    EXPECT_EQ(order, "abc");
    EXPECT_TRUE(box.empty());
}

TEST(Mailbox, CallsItsOwnerOnlyWhileThereIsSomething) {
    Mailbox box;
    EXPECT_FALSE(calls(box, 0));
    box.post([] {});
    box.post([] {});
    EXPECT_TRUE(calls(box, 0));
    box.open_all();
    EXPECT_FALSE(calls(box, 0));
    box.post([] {});
    EXPECT_TRUE(calls(box, 0));
}

TEST(Mailbox, WhatATaskPostsWaitsForTheNextTurn) {
    Mailbox box;
    std::string order;
    box.post([&] {
        order += 'a';
        box.post([&] { order += 'c'; });
    });
    box.post([&] { order += 'b'; });
    box.open_all();
    EXPECT_EQ(order, "ab");
    EXPECT_TRUE(calls(box, 0));
    box.open_all();
    EXPECT_EQ(order, "abc");
}

TEST(Mailbox, CarriesWhatCannotBeCopied) {
    Mailbox box;
    int got = 0;
    box.post([value = std::make_unique<int>(7), &got] { got = *value; });
    box.open_all();
    EXPECT_EQ(got, 7);
}

/// No wake-up is lost: the owner sleeps until called, and still gets everything, in order per sender.
TEST(Mailbox, ManySendersOneOwner) {
    constexpr int senders = 4, letters = 20'000;
    Mailbox box;
    std::vector<int> next(senders, 0);
    bool in_order = true;
    std::vector<std::thread> threads;
    for (std::size_t sender = 0; sender < senders; ++sender)
        threads.emplace_back([&, sender] {
            for (int i = 0; i < letters; ++i)
                box.post([&, sender, i] { in_order = in_order && next[sender]++ == i; });
        });
    const std::vector<int> everything(senders, letters);
    while (next != everything) {
        if (!calls(box, 20'000)) break;
        box.open_all();
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(next, everything);
    EXPECT_TRUE(in_order);
}

TEST(Mailbox, DropsWhatNobodyOpened) {
    const auto token = std::make_shared<int>();
    {
        Mailbox box;
        for (int i = 0; i < 3; ++i) box.post([token] { FAIL(); });
        EXPECT_EQ(token.use_count(), 4);
    }
    EXPECT_EQ(token.use_count(), 1);
}

TEST(Mailbox, DiscardedItTakesNothingMore) {
    const auto token = std::make_shared<int>();
    Mailbox box;
    box.post([token] { FAIL(); });
    box.discard_all();
    EXPECT_EQ(token.use_count(), 1);
    box.post([token] { FAIL(); });
    EXPECT_EQ(token.use_count(), 1) << "dropped at once: nobody will open it";
    EXPECT_TRUE(box.empty());
    box.open_all();
    box.discard_all();
}

TEST(Mailbox, ATaskMayPostAsItIsDiscarded) {
    struct PostsAtItsEnd {
        ~PostsAtItsEnd() {
            box->post([t = token] { FAIL(); });
        }
        std::shared_ptr<Mailbox> box;
        std::shared_ptr<int> token;
    };
    const auto token = std::make_shared<int>();
    const auto box = std::make_shared<Mailbox>();
    box->post([last = std::shared_ptr<PostsAtItsEnd>(new PostsAtItsEnd{box, token})] { FAIL(); });
    box->discard_all();
    EXPECT_EQ(token.use_count(), 1);
    EXPECT_EQ(box.use_count(), 1);
}

TEST(Mailbox, SendersMayPostWhileItIsDiscarded) {
    const auto token = std::make_shared<int>();
    Mailbox box;
    std::vector<std::thread> senders;
    for (int i = 0; i < 3; ++i)
        senders.emplace_back([&box, token] {
            for (int k = 0; k < 5000; ++k) box.post([token] { FAIL(); });
        });
    box.discard_all();
    for (std::thread& sender : senders) sender.join();
    senders.clear();
    EXPECT_TRUE(box.empty());
    EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace stentor::net
