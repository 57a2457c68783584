#include "stentor/html.hpp"

#include <gtest/gtest.h>

namespace stentor {
namespace {

TEST(HtmlEscape, EscapesTheFiveCharactersThatMeanSomething) {
    EXPECT_EQ(html_escape(R"(<a href="x" id='y'>&</a>)"),
              "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
}

TEST(HtmlEscape, LeavesEverythingElse) {
    const std::string_view text("gr\xC3\xBC\xC3\x9F/`= \0\n", 11);
    EXPECT_EQ(html_escape(text), text);
    EXPECT_EQ(html_escape(""), "");
}

TEST(HtmlEscape, EscapesTwiceWhatIsGivenTwice) { EXPECT_EQ(html_escape("&amp;"), "&amp;amp;"); }

}  // namespace
}  // namespace stentor
