// Tests: tests/unit/session/stomp_frames_test.cpp
#include "session/stomp_frames.hpp"

#include "base/utf8.hpp"
#include "stomp/encoder.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace stentor::session {
namespace {

bool carries_text_only(Framing framing) {
    return framing == Framing::sockjs_websocket || framing == Framing::sockjs_quoted;
}

}  // namespace

base::BytesRef message_frame(Framing framing, stomp::Version version, std::string_view subscription_id,
                             const Message& message, std::span<const stomp::HeaderView> more) {
    boost::container::small_vector<stomp::HeaderView, 16> headers{{"destination", message.destination},
                                                                  {"message-id", message.id}};
    if (!subscription_id.empty() || version != stomp::Version::v1_0)
        headers.push_back({"subscription", subscription_id});
    headers.insert(headers.end(), more.begin(), more.end());
    for (const auto& [name, value] : message.headers) headers.push_back({name, value});

    const bool text = base::is_utf8(message.body);
    std::string replaced;
    std::string_view body = message.body;
    if (!text && carries_text_only(framing)) body = replaced = base::to_utf8(message.body);
    return wrap(framing, stomp::Encoder(version, stomp::Command::message, headers, body), !text);
}

base::BytesRef control_frame(Framing framing, stomp::Version version, stomp::Command command,
                             std::span<const stomp::HeaderView> headers, std::string_view body) {
    return wrap(framing, stomp::Encoder(version, command, headers, body), false);
}

base::BytesRef heart_beat(Framing framing) { return wrap(framing, "\n", false); }

bool is_server_header(std::string_view name) {
    static constexpr auto names = std::to_array<std::string_view>(
        {"destination", "message-id",  "subscription", "ack",           "content-length", "receipt",
         "receipt-id",  "transaction", "redelivered",  "x-history",     "x-skipped",      "x-conflated",
         "user-name",   "login",       "passcode",     "host",          "accept-version", "heart-beat",
         "session",     "server",      "version",      "Authorization", "authorization"});
    return std::ranges::find(names, name) != names.end();
}

}  // namespace stentor::session
