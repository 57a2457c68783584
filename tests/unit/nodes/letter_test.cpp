#include "nodes/letter.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::nodes {
namespace {

using namespace std::string_literals;

const std::string ann(32, 'a');

std::vector<Letter> samples() {
    const auto message = std::make_shared<const Message>(
        Message{"", {{"content-type", "text/plain"}, {"empty", ""}}, "b\0dy"s, "id-1"});
    return {
        {ann, 0, Beat{~std::uint64_t{0}}},
        {ann, 1, Changes{1, {{"alice", true}, {"b/\0*"s, false}, {"", true}}}},
        {ann, 127, Ask{}},
        {ann, 128, Piece{3, 2, 300, true, {"alice", "bob", ""}}},
        {ann, 1, Goodbye{}},
        {ann, 1, Numbered{0, Deliver{Target::session, "s", "/queue/x", message}}},
        {ann, 1, Numbered{7, Deliver{Target::user, std::string(70'000, 'x'), "", message}}},
        {ann, 1, Numbered{8, Close{Target::user, "alice", "you", 4001}}},
        {ann, 1, Numbered{8, Close{Target::claim, "sid=7", "you", 4001}}},
        {ann, 1, Numbered{9, Unsubscribe{"s", "sub-0"}}},
        {ann, 1, Numbered{10, FindSessions{Target::user, "alice"}}},
        {ann, 1, Numbered{11, FindSubscriptions{"/topic/**"}}},
        {ann, 1, Numbered{12, Count{}}},
        {ann, 1, Answer{12, {1, 2, {{"s", "alice", {{"1", "/topic/x"}, {"", ""}}}, {"t", "", {}}}, true}}}};
}

std::string outcome(std::string_view bytes) {
    const auto letter = read_letter(bytes);
    return letter.has_error() ? to_string(letter.error().code) : "ok";
}

TEST(NodeLetter, IsReadAsItWasWritten) {
    for (const Letter& letter : samples()) {
        const auto read = read_letter(write_letter(letter));
        ASSERT_FALSE(read.has_error()) << letter.contents.index();
        EXPECT_EQ(*read, letter);
    }
}

TEST(NodeLetter, IsCompact) {
    EXPECT_EQ(write_letter({ann, 1, Beat{5}}).size(), 39U);
    Changes changes{1, {}};
    for (int i = 0; i < 256; ++i) changes.list.push_back({"user-" + std::to_string(1000 + i), true});
    EXPECT_LT(write_letter({ann, 1, changes}).size(), 256U * 11 + 48);
}

TEST(NodeLetter, CutAnywhereOrWithMoreBehindItIsNone) {
    for (const Letter& letter : samples()) {
        const std::string bytes = write_letter(letter);
        if (bytes.size() > 1000) continue;
        for (std::size_t size = 0; size < bytes.size(); ++size)
            EXPECT_EQ(outcome(std::string_view(bytes).substr(0, size)), "malformed") << size;
        EXPECT_EQ(outcome(bytes + '\0'), "malformed");
    }
}

TEST(NodeLetter, OfAnotherVersionIsToldApart) {
    std::string bytes = write_letter({ann, 1, Ask{}});
    bytes[2] = 2;
    EXPECT_EQ(outcome(bytes), "unsupported");
    EXPECT_EQ(outcome("SN\x02 whatever comes then"), "unsupported");
    EXPECT_EQ(outcome("SM\x01"), "malformed");
    EXPECT_EQ(outcome("SN"), "malformed");
    EXPECT_EQ(outcome(""), "malformed");
}

TEST(NodeLetter, NamesOfServersAreHexadecimal) {
    for (const std::string& name :
         {""s, "a"s, std::string(31, 'a'), std::string(33, 'a'), std::string(32, 'A'),
          std::string(31, 'a') + '/', std::string(31, 'a') + '*'})
        EXPECT_EQ(outcome(write_letter({name, 1, Ask{}})), "malformed") << name;
}

TEST(NodeLetter, LengthsThatPromiseMoreThanThereIsTakeNothing) {
    const std::string head = write_letter({ann, 1, Ask{}});
    const std::string start = head.substr(0, head.size() - 1);
    const std::string huge = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s;
    EXPECT_EQ(outcome(start + "\x01"s + "\x01"s + huge), "malformed");              // changes
    EXPECT_EQ(outcome(start + "\x03"s + "\x01\x00\x00\x01"s + huge), "malformed");  // a piece
    EXPECT_EQ(outcome(start + "\x05"s + "\x00\x00\x00"s + huge), "malformed");      // a name
    EXPECT_EQ(outcome(start + "\x06"s + "\x00\x00\x00\x00"s + huge), "malformed");  // an answer
    EXPECT_EQ(outcome(start + "\x00"s + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s), "malformed");
    EXPECT_EQ(outcome(start + "\x00"s + "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"s), "malformed");
}

TEST(NodeLetter, UnknownKindsAreNone) {
    const std::string head = write_letter({ann, 1, Ask{}});
    const std::string start = head.substr(0, head.size() - 1);
    EXPECT_EQ(outcome(start + "\x07"s), "malformed");
    EXPECT_EQ(outcome(start + "\x05\x01\x06"s), "malformed");           // a request
    EXPECT_EQ(outcome(start + "\x05\x01\x03\x02\x01x"s), "malformed");  // a target
    EXPECT_EQ(outcome(start + "\x05\x01\x03\x01\x01x"s), "ok");
    EXPECT_EQ(outcome(start + "\x05\x01\x01\x00\x01x\x00\x80\x80\x04"s), "malformed");  // a code of 65536
}

}  // namespace
}  // namespace stentor::nodes
