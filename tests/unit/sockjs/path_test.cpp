#include "sockjs/path.hpp"

#include <gtest/gtest.h>

namespace stentor::sockjs {
namespace {

using namespace std::string_view_literals;

Path open_path(std::string_view rest) { return parse_path(rest, false); }
Path strict_path(std::string_view rest) { return parse_path(rest, true); }

TEST(SockJsGreetingUrl, IsTheBaseWithOrWithoutASlash) {
    EXPECT_EQ(open_path(""), Path(Greeting{}));
    EXPECT_EQ(open_path("/"), Path(Greeting{}));
}

TEST(SockJsGreetingUrl, OtherPathsAreNotFound) {
    for (const std::string_view rest :
         {"/a", "/a.html", "//", "///", "////", "/a/a", "/a/a/", "/a/", "/websocket/", "/info/", "/INFO",
          "/info.json", "x", "x/info", "-other", "/%69nfo", "/info;a=b"})
        EXPECT_EQ(open_path(rest), Path(NotFound{})) << rest;
}

TEST(SockJsInfo, IsBelowTheBase) { EXPECT_EQ(open_path("/info"), Path(Info{})); }

TEST(SockJsRawWebSocketUrl, IsBelowTheBase) { EXPECT_EQ(open_path("/websocket"), Path(RawWebSocket{})); }

TEST(SockJsIFramePage, AnyVersionIsTheSamePage) {
    for (const std::string_view rest : {"/iframe.html", "/iframe-a.html", "/iframe-.html",
                                        "/iframe-0.1.2.html", "/iframe-0.1.2abc-dirty.2144.html"})
        EXPECT_EQ(open_path(rest), Path(Iframe{})) << rest;
}

// S26
TEST(SockJsIFramePage, MalformedNamesAreNotFound) {
    for (const std::string_view rest :
         {"/iframe.htm", "/iframe", "/IFRAME.HTML", "/IFRAME", "/IFRAME.html", "/iframe.HTML", "/iframe.xml",
          "/iframe-/.html", "/iframehtml", "/iframe-A.html", "/iframe-../../x.html", "/iframe-%2e.html",
          "/iframe.html;x", "/iframe.html/", "/iframe\n.html"})
        EXPECT_EQ(open_path(rest), Path(NotFound{})) << rest;
}

TEST(SockJsSessionUrls, AnyServerAndSessionAreAccepted) {
    EXPECT_EQ(open_path("/a/a/xhr"), Path((TransportPath{"a", "xhr"})));
    EXPECT_EQ(open_path("/_/_/xhr"), Path((TransportPath{"_", "xhr"})));
    EXPECT_EQ(open_path("/1/1/xhr_streaming"), Path((TransportPath{"1", "xhr_streaming"})));
    EXPECT_EQ(open_path("/abcdefgh_i-j%20/abcdefg_i-j%20/xhr"),
              Path((TransportPath{"abcdefg_i-j%20", "xhr"})));
    EXPECT_EQ(open_path("/000/iframe/websocket"), Path((TransportPath{"iframe", "websocket"})));
}

TEST(SockJsSessionUrls, TheServerPartIsIgnored) {
    EXPECT_EQ(open_path("/000/session/xhr"), open_path("/999/session/xhr"));
}

TEST(SockJsSessionUrls, EmptyPartsDotsAndOtherDepthsAreNotFound) {
    for (const std::string_view rest :
         {"///xhr", "/a./a/xhr", "/a/a./xhr", "/./a/xhr", "/../a/xhr", "//xhr", "/xhr/", "////xhr", "//a/xhr",
          "/a//xhr", "/a/a/", "/a/a/xhr/", "/a/a/xhr/a", "a/a/xhr"})
        EXPECT_EQ(open_path(rest), Path(NotFound{})) << rest;
}

// S4: what looks like a file name or carries parameters is no transport.
TEST(SockJsSessionUrls, ExtensionsAndParametersAreNotFound) {
    for (const std::string_view rest :
         {"/a/a/xhr.cmd", "/a/a/xhr;setup.bat", "/a/a/jsonp.bat", "/a/a/jsonp;setup.bat", "/a/a;b/xhr",
          "/a;b/a/xhr", "/a/a/XHR", "/a/a/xhr%5fsend", "/a/a/xhr\n"})
        EXPECT_EQ(open_path(rest), Path(NotFound{})) << rest;
}

TEST(SockJsSessionUrls, PartsHaveAtMost128Bytes) {
    const std::string longest(128, 's');
    EXPECT_EQ(open_path("/" + longest + "/" + longest + "/xhr"), Path((TransportPath{longest, "xhr"})));
    EXPECT_EQ(open_path("/a/" + longest + "s/xhr"), Path(NotFound{}));
    EXPECT_EQ(open_path("/" + longest + "s/a/xhr"), Path(NotFound{}));
    EXPECT_EQ(open_path("/a/a/" + std::string(129, 'x')), Path(NotFound{}));
    EXPECT_EQ(strict_path("/a/" + longest + "/xhr"), Path((TransportPath{longest, "xhr"})));
    EXPECT_EQ(strict_path("/a/" + longest + "s/xhr"), Path(NotFound{}));
}

// S15
TEST(SockJsSessionUrls, StrictIdsAreLongEnoughToBeHardToGuess) {
    EXPECT_EQ(strict_path("/000/abcdEF_-/xhr"), Path((TransportPath{"abcdEF_-", "xhr"})));
    EXPECT_EQ(strict_path("/0/01234567/xhr"), Path((TransportPath{"01234567", "xhr"})));
    for (const std::string_view rest :
         {"/000/1/xhr", "/000/1234567/xhr", "/000/1234567%2e/xhr", "/000/12345678%20/xhr",
          "/000/1234567\u00e9/xhr", "/000/1234567 8/xhr", "/000/12345678./xhr"})
        EXPECT_EQ(strict_path(rest), Path(NotFound{})) << rest;
}

TEST(SockJsSessionUrls, StrictnessLeavesOtherPathsAlone) {
    EXPECT_EQ(strict_path("/"), Path(Greeting{}));
    EXPECT_EQ(strict_path("/info"), Path(Info{}));
    EXPECT_EQ(strict_path("/websocket"), Path(RawWebSocket{}));
    EXPECT_EQ(strict_path("/iframe.html"), Path(Iframe{}));
}

TEST(SockJsSessionUrls, APathCutAtAnyPlaceIsNoOtherSession) {
    const std::string_view path = "/000/session1/xhr";
    for (std::size_t cut = 2; cut < path.size(); ++cut) {
        const Path cut_path = strict_path(path.substr(0, cut));
        if (const auto* found = std::get_if<TransportPath>(&cut_path))
            EXPECT_EQ(found->session, "session1") << cut;
        else EXPECT_EQ(cut_path, Path(NotFound{})) << cut;
    }
}

}  // namespace
}  // namespace stentor::sockjs
