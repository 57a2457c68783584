#include "sockjs/callback.hpp"
#include "sockjs/frame.hpp"
#include "sockjs/transport.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace stentor::sockjs {
namespace {

/// The head of the page, which the conformance suite compares byte by byte but for the blanks at its end.
/// Those are there because some browsers run a page's scripts only after its first KiB.
std::string head(const http::Request& request) {
    constexpr std::size_t browser_buffer = 1024;
    std::string page = R"(<!doctype html>
<html><head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
</head><body><h2>Don't panic!</h2>
  <script>
    document.domain = document.domain;
    var c = parent.)" + callback_of(request) +
                       R"(;
    c.start();
    function p(d) {c.message(d);};
    window.onload = function() {c.stop();};
  </script>)";
    page.resize(std::max(page.size(), browser_buffer), ' ');
    page += "\r\n\r\n";
    return page;
}

void append_script(std::string& out, std::string_view frame, const http::Request&) {
    out += "<script>\np(";
    append_script_quoted(out, frame);
    out += ");\n</script>\r\n";
}

/// The page is its own scripts and nothing else: what might be smuggled into it could load, post and frame
/// nothing. It says nothing of frame-ancestors: the pages of other origins frame it through the iframe page.
constexpr std::array page_headers{
    HeaderLine{"Content-Security-Policy",
               "default-src 'none'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"}};

}  // namespace

/// SockJS 0.3.3, "HtmlFile": a page that never ends, each frame a script in it. GET requests carry no Origin,
/// and the answer is a page, so it is offered only where it is asked for.
constinit const ReceivingTransport htmlfile{
    .name = "htmlfile",
    .method = "GET",
    .content_type = "text/html; charset=UTF-8",
    .streaming = true,
    .prelude = head,
    .append = append_script,
    .refuse = refuse_callback,
    .headers = page_headers,
    .offered_by_default = false,
};

}  // namespace stentor::sockjs
