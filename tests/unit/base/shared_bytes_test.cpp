#include "base/shared_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::base {
namespace {

TEST(SharedBytes, AreACopy) {
    std::string text = "some bytes \xff";
    const BytesRef bytes = share(text);
    text.assign(text.size(), 'x');
    EXPECT_EQ(bytes->view(), "some bytes \xff");
    EXPECT_EQ(bytes->size(), 12u);
}

TEST(SharedBytes, MayBeNone) {
    EXPECT_EQ(share({})->size(), 0u);
    EXPECT_EQ(share({})->view(), "");
}

TEST(SharedBytes, AreWrittenByTheirMaker) {
    const auto made = SharedBytes::make(3);
    made->data()[0] = 'a';
    made->data()[1] = 'b';
    made->data()[2] = 'c';
    const BytesRef bytes = made;
    EXPECT_EQ(bytes->view(), "abc");
}

TEST(SharedBytes, LiveAsLongAsSomebodyRefersToThem) {
    BytesRef first = share("kept");
    const BytesRef second = first;
    first.reset();
    EXPECT_EQ(second->view(), "kept");
}

}  // namespace
}  // namespace stentor::base
