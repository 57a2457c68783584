#include "sockjs/callback.hpp"
#include "sockjs/frame.hpp"
#include "sockjs/transport.hpp"

#include <array>

namespace stentor::sockjs {
namespace {

std::string no_prelude(const http::Request&) { return {}; }

/// The comment before the callback keeps a client's choice from being the first bytes of the response, by
/// which plug-ins take it for something else (CVE-2014-4671, "Rosetta Flash").
void append_call(std::string& out, std::string_view frame, const http::Request& request) {
    out += "/**/";
    out += callback_of(request);
    out += '(';
    append_script_quoted(out, frame);
    out += ");\r\n";
}

/// For those who open the URL instead of loading it as a script: a download with a name that cannot be run
/// (CVE-2015-5211, "reflected file download").
constexpr std::array download_headers{HeaderLine{"Content-Disposition", "attachment; filename=f.txt"}};

}  // namespace

/// SockJS 0.3.3, "JsonpPolling": a script that calls one function with one frame. Any page may load a script,
/// so it is offered only where it is asked for.
constinit const ReceivingTransport jsonp{
    .name = "jsonp",
    .method = "GET",
    .content_type = "application/javascript; charset=UTF-8",
    .streaming = false,
    .prelude = no_prelude,
    .append = append_call,
    .refuse = refuse_callback,
    .headers = download_headers,
    .offered_by_default = false,
};

}  // namespace stentor::sockjs
