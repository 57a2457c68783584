#include "session/transactions.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

using namespace std::chrono_literals;

const base::TimePoint start{};

Message message(std::string body) { return {"/topic/x", {}, std::move(body), {}}; }

std::string bodies(const std::vector<Transactions::Effect>& effects) {
    std::string all;
    for (const auto& effect : effects) {
        if (const auto* m = std::get_if<Message>(&effect)) all += m->body;
        else all += "#" + std::to_string(std::get<Transactions::Acknowledgement>(effect).id);
    }
    return all;
}

Errc code_of(const Result<void>& result) { return result.error().code; }

TEST(Transactions, COMMITGivesTheEffectsInOrder) {
    TransactionLimits limits;
    Transactions all(limits);
    EXPECT_TRUE(all.begin("t", start));
    EXPECT_TRUE(all.add("t", message("a")));
    EXPECT_TRUE(all.add("t", Transactions::Acknowledgement{7, broker::Settlement::accepted}));
    EXPECT_TRUE(all.add("t", message("b")));
    EXPECT_EQ(bodies(all.commit("t").value()), "a#7b");
    EXPECT_EQ(all.size(), 0u);
}

TEST(Transactions, AreApart) {
    TransactionLimits limits;
    Transactions all(limits);
    EXPECT_TRUE(all.begin("s", start));
    EXPECT_TRUE(all.begin("t", start));
    EXPECT_TRUE(all.add("s", message("a")));
    EXPECT_TRUE(all.add("t", message("b")));
    EXPECT_TRUE(all.abort("s"));
    EXPECT_EQ(bodies(all.commit("t").value()), "b");
}

TEST(Transactions, F23_AnUnknownOneIsAnError) {
    TransactionLimits limits;
    Transactions all(limits);
    EXPECT_TRUE(all.begin("t", start));
    EXPECT_EQ(code_of(all.add("u", message("a"))), Errc::not_found);
    EXPECT_EQ(all.commit("u").error().code, Errc::not_found);
    EXPECT_EQ(code_of(all.abort("u")), Errc::not_found);
    EXPECT_TRUE(all.abort("t"));
    EXPECT_EQ(all.commit("t").error().code, Errc::not_found) << "COMMIT after ABORT";
}

TEST(Transactions, F23_AnIdIsOpenOnceAndMayComeAgainLater) {
    TransactionLimits limits;
    Transactions all(limits);
    EXPECT_TRUE(all.begin("t", start));
    EXPECT_EQ(code_of(all.begin("t", start)), Errc::conflict);
    EXPECT_TRUE(all.commit("t"));
    EXPECT_TRUE(all.begin("t", start));
}

TEST(Transactions, F23_SixteenMayBeOpen) {
    TransactionLimits limits;
    Transactions all(limits);
    for (int i = 0; i < 16; ++i) EXPECT_TRUE(all.begin(std::to_string(i), start));
    EXPECT_EQ(code_of(all.begin("x", start)), Errc::too_large);
    EXPECT_TRUE(all.abort("3"));
    EXPECT_TRUE(all.begin("x", start));
}

TEST(Transactions, F23_FramesOfAllAreLimitedTogether) {
    TransactionLimits limits;
    limits.frames = 3;
    Transactions all(limits);
    for (const char* id : {"s", "t"}) EXPECT_TRUE(all.begin(id, start));
    EXPECT_TRUE(all.add("s", message("")));
    EXPECT_TRUE(all.add("s", Transactions::Acknowledgement{1, broker::Settlement::accepted}));
    EXPECT_TRUE(all.add("t", message("")));
    EXPECT_EQ(code_of(all.add("t", message(""))), Errc::too_large);
    EXPECT_TRUE(all.commit("s"));
    EXPECT_TRUE(all.add("t", message("")));
    EXPECT_TRUE(all.add("t", message("")));
    EXPECT_EQ(code_of(all.add("t", message(""))), Errc::too_large);
}

TEST(Transactions, F23_BytesOfAllAreLimitedTogether) {
    TransactionLimits limits;
    limits.bytes = 3 * 18;  // of a destination and a body
    Transactions all(limits);
    for (const char* id : {"s", "t"}) EXPECT_TRUE(all.begin(id, start));
    EXPECT_TRUE(all.add("s", message("0123456789")));
    EXPECT_TRUE(all.add("t", message("0123456789")));
    EXPECT_EQ(code_of(all.add("t", message("0123456789-"))), Errc::too_large);
    EXPECT_TRUE(all.add("t", message("0123456789")));
    EXPECT_TRUE(all.abort("t"));
    EXPECT_TRUE(all.add("s", message("0123456789")));
    EXPECT_TRUE(all.add("s", message("0123456789")));
    EXPECT_EQ(code_of(all.add("s", message(""))), Errc::too_large);
}

TEST(Transactions, TheOldestSaysTheDeadline) {
    TransactionLimits limits;
    Transactions all(limits);
    EXPECT_EQ(all.deadline(), base::never);
    EXPECT_TRUE(all.begin("s", start + 1s));
    EXPECT_TRUE(all.begin("t", start + 2s));
    EXPECT_EQ(all.deadline(), start + 61s);
    EXPECT_TRUE(all.commit("s"));
    EXPECT_EQ(all.deadline(), start + 62s);
    all.abort_all();
    EXPECT_EQ(all.deadline(), base::never);
    EXPECT_EQ(all.check("t").error().code, Errc::not_found);
}

}  // namespace
}  // namespace stentor::session
