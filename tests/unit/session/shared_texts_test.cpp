#include "session/shared_texts.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

TEST(SharedTexts, KeepsEachOnce) {
    SharedTexts texts;
    const std::string& a = texts.share("/topic/a");
    EXPECT_EQ(&texts.share("/topic/a"), &a);
    EXPECT_EQ(a, "/topic/a");
    EXPECT_NE(&texts.share("/topic/b"), &a);
    EXPECT_EQ(texts.size(), 2u);
}

TEST(SharedTexts, ForgetsOneWithItsLastUser) {
    SharedTexts texts;
    const std::string& a = texts.share("/topic/a");
    texts.share("/topic/a");
    texts.release(a);
    EXPECT_EQ(texts.size(), 1u);
    EXPECT_EQ(a, "/topic/a");
    texts.release(a);
    EXPECT_EQ(texts.size(), 0u);
}

TEST(SharedTexts, StayWhereTheyAreHoweverManyCome) {
    SharedTexts texts;
    const std::string& a = texts.share("/topic/a");
    for (int i = 0; i < 10'000; ++i) texts.share(std::to_string(i));
    EXPECT_EQ(&texts.share("/topic/a"), &a);
}

}  // namespace
}  // namespace stentor::session
