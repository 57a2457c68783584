#include "bus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace stentor::nodes {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string a = node_name('a'), b = node_name('b'), c = node_name('c');

class NodeTest : public testing::Test {
protected:
    Server& start(const std::string& name) {
        Server& made = *servers.emplace_back(std::make_unique<Server>(bus, settings, name, now));
        made.channel.set_open(true);
        bus.deliver_all();
        return made;
    }
    void stop(Server& server) {
        std::erase_if(servers, [&](const auto& own) { return own.get() == &server; });
    }
    /// In small steps, each with all that is sent in it.
    void pass(base::Duration time) {
        for (const base::TimePoint end = now + time; now < end; now += 10ms) {
            for (const auto& server : servers) server->timers.run_due(now);
            bus.deliver_all();
        }
    }
    static std::vector<std::string> places(Server& server, const std::string& user) {
        return server.node->directory().places_of(user);
    }
    static Request message_to(const std::string& user, std::string body = "hi") {
        return Deliver{Target::user, user, "/queue/x",
                       std::make_shared<const Message>(Message{"", {}, std::move(body), "id-1"})};
    }
    std::string send(Server& from, Request request) {
        std::string outcome = "waits";
        from.node->send(std::move(request), [&outcome](const Result<void>& result) {
            outcome = result.has_error() ? to_string(result.error().code) : "done";
        });
        return outcome;
    }
    /// How many letters of that kind were sent so far.
    template <class T>
    std::size_t count_sent() const {
        return static_cast<std::size_t>(std::ranges::count_if(bus.sent, [](const auto& sent) {
            return std::holds_alternative<T>(read_letter(sent.second)->contents);
        }));
    }
    /// What somebody else says.
    void say(const std::string& from, std::uint64_t epoch, Contents contents) {
        say_raw(write_letter({from, epoch, std::move(contents)}));
    }
    void say_raw(const std::string& bytes) {
        if (!stranger) {
            stranger = std::make_unique<Bus::Channel>(bus);
            stranger->listen(node_name('f'), deaf);
            stranger->set_open(true);
        }
        stranger->send({}, bytes, [](const Result<void>&) {});
        bus.deliver_all();
    }

    struct Deaf final : broker::NodeChannel::Listener {
        void on_node_message(std::string_view) override {}
        void on_node_channel(bool) override {}
    };
    Settings settings;
    Bus bus;
    base::TimePoint now = base::TimePoint{} + 1h;
    Deaf deaf;
    std::unique_ptr<Bus::Channel> stranger;
    std::vector<std::unique_ptr<Server>> servers;
};

TEST_F(NodeTest, ServersFindEachOtherAndTheirUsers) {
    Server& first = start(a);
    first.node->arrived("alice");
    pass(100ms);
    Server& second = start(b);
    second.node->arrived("bob");
    pass(200ms);
    EXPECT_THAT(places(first, "bob"), ElementsAre(b));
    EXPECT_THAT(places(second, "alice"), ElementsAre(a));
    EXPECT_THAT(places(first, "alice"), IsEmpty()) << "it is the others that are known";
    EXPECT_TRUE(first.node->directory().find(b)->is_complete());
}

TEST_F(NodeTest, ChangesAreToldInBatches) {
    Server& first = start(a);
    Server& second = start(b);
    pass(200ms);
    const std::size_t before = count_sent<Changes>();
    for (int i = 0; i < 100; ++i) first.node->arrived("user-" + std::to_string(i));
    EXPECT_EQ(count_sent<Changes>(), before);
    pass(60ms);
    EXPECT_EQ(count_sent<Changes>(), before + 1);
    EXPECT_EQ(second.node->directory().find(a)->size(), 100U);
    for (int i = 0; i < 256; ++i) first.node->arrived("more-" + std::to_string(i));
    pass(10ms);
    EXPECT_EQ(count_sent<Changes>(), before + 2) << "a full batch does not wait";
    EXPECT_TRUE(second.node->directory().find(a)->is_complete());
}

TEST_F(NodeTest, ASlowBrokerGetsLargerBatches) {
    bus.slow = true;
    Server& first = start(a);
    for (int i = 0; i < 1000; ++i) first.node->arrived("user-" + std::to_string(i));
    pass(200ms);
    EXPECT_EQ(count_sent<Changes>(), 1U);
    for (int i = 0; i < 6; ++i) {
        first.channel.confirm();
        pass(60ms);
    }
    EXPECT_EQ(count_sent<Changes>(), 4U);
}

TEST_F(NodeTest, AQuietServerBeats) {
    start(a);
    const std::size_t before = count_sent<Beat>();
    pass(10s + 10ms);
    EXPECT_EQ(count_sent<Beat>(), before + 10);
    EXPECT_EQ(count_sent<Ask>(), 1U);
}

TEST_F(NodeTest, WhatWasLostIsAskedFor) {
    Server& first = start(a);
    Server& second = start(b);
    pass(200ms);
    first.node->arrived("alice");
    now += 60ms;
    first.timers.run_due(now);
    bus.drop_all();
    EXPECT_THAT(places(second, "alice"), IsEmpty());
    pass(2s);
    EXPECT_THAT(places(second, "alice"), ElementsAre(a));
    EXPECT_TRUE(second.node->directory().find(a)->is_complete());
}

TEST_F(NodeTest, WhatTheBrokerRefusedIsToldLater) {
    Server& first = start(a);
    Server& second = start(b);
    pass(200ms);
    bus.refuses = true;
    first.node->arrived("alice");
    pass(100ms);
    bus.refuses = false;
    pass(3s);
    EXPECT_THAT(places(second, "alice"), ElementsAre(a));
}

TEST_F(NodeTest, AListComesInPieces) {
    settings.max_list_part = 100;
    Server& first = start(a);
    for (int i = 0; i < 100; ++i) first.node->arrived("user-" + std::to_string(i));
    pass(300ms);
    Server& second = start(b);
    pass(1500ms);
    EXPECT_GT(count_sent<Piece>(), 5U);
    EXPECT_EQ(second.node->directory().find(a)->size(), 100U);
    EXPECT_TRUE(second.node->directory().find(a)->is_complete());
}

TEST_F(NodeTest, ManyWhoAskAreAnsweredAtOnce) {
    Server& first = start(a);
    pass(2s);
    const std::size_t before = count_sent<Piece>();
    for (int i = 0; i < 1000; ++i) say(c, 1, Ask{});
    pass(60ms);
    for (int i = 0; i < 1000; ++i) say(c, 1, Ask{});
    pass(500ms);
    EXPECT_EQ(count_sent<Piece>(), before + 1);
    pass(1s);
    EXPECT_EQ(count_sent<Piece>(), before + 2) << "some asked after it began";
    EXPECT_EQ(first.node->directory().size(), 1U);
}

TEST_F(NodeTest, WhoIsSilentIsForgotten) {
    Server& first = start(a);
    Server& second = start(b);
    second.node->arrived("bob");
    pass(200ms);
    stop(second);
    pass(4s);
    EXPECT_THAT(places(first, "bob"), ElementsAre(b));
    pass(2s);
    EXPECT_THAT(places(first, "bob"), IsEmpty());
    EXPECT_TRUE(first.node->directory().empty());
}

TEST_F(NodeTest, WhoSaysGoodbyeIsForgottenAtOnce) {
    Server& first = start(a);
    Server& second = start(b);
    second.node->arrived("bob");
    pass(200ms);
    second.node->say_goodbye();
    second.node->left("bob");
    bus.deliver_all();
    EXPECT_TRUE(first.node->directory().empty());
    pass(3s);
    EXPECT_TRUE(first.node->directory().empty());
}

TEST_F(NodeTest, AfterTheBrokerWasAwayEverybodyAsksAgain) {
    Server& first = start(a);
    Server& second = start(b);
    first.node->arrived("alice");
    second.node->arrived("bob");
    pass(200ms);
    for (const auto& server : servers) server->channel.set_open(false);
    first.node->left("alice");
    first.node->arrived("anna");
    pass(1min);
    EXPECT_THAT(places(first, "bob"), ElementsAre(b)) << "nobody is forgotten for the broker's silence";
    EXPECT_EQ(send(first, message_to("bob")), "unavailable");
    EXPECT_EQ(send(first, message_to("nobody")), "done");
    for (const auto& server : servers) server->channel.set_open(true);
    EXPECT_THAT(places(first, "nobody"), ElementsAre(b)) << "who knows";
    pass(200ms);
    EXPECT_THAT(places(first, "nobody"), IsEmpty());
    EXPECT_THAT(places(second, "anna"), ElementsAre(a));
    EXPECT_THAT(places(second, "alice"), IsEmpty());
    EXPECT_THAT(places(first, "bob"), ElementsAre(b));
}

TEST_F(NodeTest, AMessageGoesWhereItsUserIs) {
    Server& first = start(a);
    Server& second = start(b);
    Server& third = start(c);
    second.node->arrived("bob");
    third.node->arrived("carol");
    pass(200ms);
    const std::size_t before = bus.sent.size();
    EXPECT_EQ(send(first, message_to("bob")), "done");
    EXPECT_EQ(bus.sent.size(), before + 1);
    bus.deliver_all();
    EXPECT_THAT(second.performed, ElementsAre(message_to("bob")));
    EXPECT_THAT(third.performed, IsEmpty());
    EXPECT_THAT(first.performed, IsEmpty());
    EXPECT_EQ(bus.sent.size(), before + 1) << "the receiver sends nothing on";
    EXPECT_EQ(send(first, message_to("nobody")), "done");
    EXPECT_EQ(bus.sent.size(), before + 1) << "a user who is nowhere costs nothing";
}

TEST_F(NodeTest, ASessionsMessageGoesByItsId) {
    Server& first = start(a);
    Server& second = start(b);
    pass(200ms);
    const std::string session = session_prefix(b) + "0123";
    send(first, Deliver{Target::session, session, "/queue/x", std::make_shared<Message>()});
    send(first, message_to(session));  // who is nobody is a user of that name
    send(first, Unsubscribe{session, "sub-0"});
    send(first, Close{Target::session, session, "bye", 1008});
    send(first,
         Deliver{Target::session, session_prefix(c) + "0123", "/queue/x", std::make_shared<Message>()});
    send(first, Close{Target::session, "0123", "bye", 1008});
    bus.deliver_all();
    EXPECT_EQ(second.performed.size(), 4U);
}

TEST_F(NodeTest, ADoneMessageIsTheBrokers) {
    Server& first = start(a);
    Server& second = start(b);
    Server& third = start(c);
    second.node->arrived("bob");
    third.node->arrived("bob");
    pass(200ms);
    bus.slow = true;
    std::string outcome;
    first.node->send(message_to("bob"), [&](const Result<void>& result) {
        outcome += result.has_error() ? to_string(result.error().code) : "done";
    });
    EXPECT_EQ(outcome, "");
    first.channel.confirm();
    EXPECT_EQ(outcome, "done");
    first.node->send(message_to("bob"), [&](const Result<void>& result) {
        outcome += result.has_error() ? to_string(result.error().code) : "done";
    });
    first.channel.set_open(false);
    EXPECT_EQ(outcome, "doneunavailable");
}

TEST_F(NodeTest, AMessageTooLargeForALetterIsRefused) {
    Server& first = start(a);
    start(b).node->arrived("bob");
    pass(200ms);
    EXPECT_EQ(send(first, message_to("bob", std::string(192 * 1024, 'x'))), "too-large");
    EXPECT_EQ(send(first, message_to("bob", std::string(191 * 1024, 'x'))), "done");
}

TEST_F(NodeTest, ClosingAUserIsToldToAll) {
    Server& first = start(a);
    Server& second = start(b);
    pass(200ms);
    EXPECT_EQ(send(first, Close{Target::user, "bob", "bye", 1008}), "done");
    bus.deliver_all();
    EXPECT_EQ(second.performed.size(), 1U) << "whatever is known of who is where";
}

TEST_F(NodeTest, AnswersAreGathered) {
    Server& first = start(a);
    Server& second = start(b);
    Server& third = start(c);
    pass(200ms);
    second.reply.count = 2;
    third.reply.count = 3;
    std::optional<Replies> replies;
    first.node->ask(Count{}, [&](Replies got) { replies = std::move(got); });
    bus.deliver_all();
    ASSERT_TRUE(replies);
    ASSERT_EQ(replies->from.size(), 2U);
    EXPECT_EQ(replies->from[0].second.count + replies->from[1].second.count, 5U);
    EXPECT_THAT(replies->silent, IsEmpty());
    EXPECT_EQ(first.node->questions(), 0U);
}

TEST_F(NodeTest, WhoDoesNotAnswerIsNamed) {
    Server& first = start(a);
    Server& second = start(b);
    start(c);
    pass(200ms);
    second.answers = false;
    std::optional<Replies> replies;
    first.node->ask(Count{}, [&](Replies got) { replies = std::move(got); });
    pass(900ms);
    EXPECT_FALSE(replies);
    pass(200ms);
    ASSERT_TRUE(replies);
    EXPECT_THAT(replies->silent, ElementsAre(b));
    EXPECT_EQ(replies->from.size(), 1U);
}

TEST_F(NodeTest, QuestionsOnOneAreNotAskedAtAll) {
    Server& first = start(a);
    int ended = 0;
    first.node->ask(Count{}, [&](Replies replies) { ended += replies.silent.empty() ? 1 : 100; });
    first.node->ask(message_to("bob"), [&](Replies replies) { ended += replies.silent.empty() ? 1 : 100; });
    EXPECT_EQ(ended, 2);
}

TEST_F(NodeTest, QuestionsWhileTheBrokerIsAwayAreNotAnswered) {
    Server& first = start(a);
    start(b);
    pass(200ms);
    first.channel.set_open(false);
    std::optional<Replies> replies;
    first.node->ask(Count{}, [&](Replies got) { replies = std::move(got); });
    ASSERT_TRUE(replies);
    EXPECT_THAT(replies->silent, ElementsAre(b));
}

TEST_F(NodeTest, QuestionsThatTheBrokerRefusesEndAtOnce) {
    Server& first = start(a);
    start(b).node->arrived("bob");
    pass(200ms);
    bus.refuses = true;
    std::vector<std::string> silent;
    const auto note = [&](const Replies& got) {
        silent.insert(silent.end(), got.silent.begin(), got.silent.end());
    };
    first.node->ask(Count{}, note);
    first.node->ask(message_to("bob"), note);
    EXPECT_THAT(silent, ElementsAre(b, b));
    EXPECT_EQ(first.node->questions(), 0U);
}

TEST_F(NodeTest, OfTooManyQuestionsTheAnswersAreNotWaitedFor) {
    settings.max_questions = 1;
    Server& first = start(a);
    Server& second = start(b);
    second.node->arrived("bob");
    pass(200ms);
    second.answers = false;
    std::vector<std::string> silent;
    const auto note = [&](const Replies& got) {
        silent.insert(silent.end(), got.silent.begin(), got.silent.end());
    };
    first.node->ask(message_to("bob"), note);
    first.node->ask(message_to("bob"), note);
    EXPECT_THAT(silent, ElementsAre(b));
    bus.deliver_all();
    EXPECT_EQ(second.performed.size(), 2U) << "it is sent all the same";
    EXPECT_EQ(first.node->questions(), 1U);
}

TEST_F(NodeTest, LongNamesAreInNoList) {
    Server& first = start(a);
    Server& second = start(b);
    pass(200ms);
    first.node->arrived(std::string(1025, 'x'));
    first.node->arrived(std::string(1024, 'y'));
    pass(200ms);
    EXPECT_EQ(second.node->directory().find(a)->size(), 1U);
    first.node->left(std::string(1025, 'x'));
    EXPECT_EQ(first.node->own_users().size(), 1U);
}

TEST_F(NodeTest, GarbageChangesNothing) {
    Server& first = start(a);
    start(b).node->arrived("bob");
    pass(200ms);
    for (const std::string& bytes :
         {std::string(), std::string("SN"), std::string("SN\x02new"), std::string(100'000, 'x'),
          write_letter({b, 1, Beat{}}).substr(0, 20), write_letter({"../x", 1, Ask{}})})
        say_raw(bytes);
    say(a, 9, Goodbye{});  // in its own name
    say(a, 9, Changes{1, {{"mallory", true}}});
    EXPECT_THAT(places(first, "bob"), ElementsAre(b));
    EXPECT_EQ(first.node->directory().size(), 1U);
    pass(2s);
    EXPECT_TRUE(first.node->directory().find(b)->is_complete());
}

TEST_F(NodeTest, AServerWithAMillionUsersIsBounded) {
    settings.max_users = 1'000;
    Server& first = start(a);
    say(c, 1, Piece{1, 0, 0, true, {}});
    for (std::uint64_t letter = 0; letter < 100; ++letter) {
        Changes changes{letter * 256 + 1, {}};
        for (int i = 0; i < 256; ++i)
            changes.list.push_back({std::to_string(letter) + "-" + std::to_string(i), true});
        say(c, 1, std::move(changes));
    }
    EXPECT_EQ(first.node->directory().find(c)->size(), 1'000U);
    EXPECT_THAT(places(first, "99-255"), ElementsAre(c)) << "that it has more is known";
}

TEST_F(NodeTest, AThousandServersAreBounded) {
    Server& first = start(a);
    for (int i = 0; i < 1000; ++i) {
        std::string name = node_name('d');
        name.replace(0, 4, std::to_string(1000 + i));
        say(name, 1, Beat{0});
    }
    EXPECT_EQ(first.node->directory().size(), 64U);
    const std::size_t asked = count_sent<Ask>();
    EXPECT_LE(asked, 65U);
    pass(6s);
    EXPECT_TRUE(first.node->directory().empty());
}

TEST_F(NodeTest, AServerThatContradictsItselfIsAskedOnceABeat) {
    start(a);
    say(c, 1, Piece{1, 0, 0, true, {}});
    const std::size_t before = count_sent<Ask>();
    for (std::uint64_t i = 0; i < 1000; ++i) {
        say(c, 1, Beat{i % 2});
        say(c, 1 + i % 3, Changes{i * 7919 % 13, {{"x", true}}});
    }
    EXPECT_LE(count_sent<Ask>(), before + 1);
}

TEST_F(NodeTest, RequestsOfWhoIsNotKnownAreAnswered) {
    Server& first = start(a);
    say(c, 1, Numbered{5, Count{}});
    EXPECT_EQ(first.performed.size(), 1U);
    EXPECT_EQ(bus.sent.back().first, c);
    const auto answer = read_letter(bus.sent.back().second);
    EXPECT_EQ(std::get<Answer>(answer->contents).number, 5U);
    say(c, 1, Numbered{0, Count{}});
    EXPECT_EQ(first.performed.size(), 2U);
    EXPECT_EQ(read_letter(bus.sent.back().second)->contents, Contents(Numbered{0, Count{}})) << "no answer";
}

TEST_F(NodeTest, AnswersToNothingChangeNothing) {
    Server& first = start(a);
    say(c, 1, Answer{0, {}});
    say(c, 1, Answer{17, {.count = 1'000, .sessions = {}}});
    EXPECT_EQ(first.node->questions(), 0U);
    EXPECT_TRUE(first.node->directory().empty());
}

}  // namespace
}  // namespace stentor::nodes
