#include "xhr_client.hpp"

#include "failure.hpp"
#include "sockjs_frames.hpp"

#include <random>

namespace stentor::bench {
namespace {

/// Sessions of other runs, and of this one, have other names.
std::string new_session(const std::string& prefix) {
    static std::mt19937_64 random{std::random_device{}()};
    std::string path = prefix;
    while (path.ends_with('/')) path.pop_back();
    return path + "/000/bench" + std::to_string(random());
}

}  // namespace

XhrClient::XhrClient(Loop& loop, Server& server, const Script& script, Listener& listener,
                     std::uint32_t number)
    : Client(server, script, listener, number),
      down_(loop, *this, "xhr_streaming"),
      up_(loop, *this, "xhr_send"),
      session_(new_session(server.target.path)) {}

void XhrClient::close() {
    down_.wire.close();
    up_.wire.close();
}

void XhrClient::queue(std::string_view encoded) {
    if (!batch_.empty()) batch_ += ',';
    batch_ += encoded;
}

void XhrClient::flush() {
    if (batch_.empty() || up_.waiting) return;
    if (up_.open) return post_batch();
    up_.waiting = true;  // for its opening, here
    up_.wire.open(server_.address);
}

void XhrClient::post_batch() {
    post(up_, "[" + batch_ + "]");
    batch_.clear();
}

void XhrClient::post(Way& way, std::string_view body) {
    const Target& target = server_.target;
    way.waiting = true;
    way.wire.queue("POST " + session_ + "/" + way.name + " HTTP/1.1\r\nHost: " + target.host + ":" +
                   std::to_string(target.port) + "\r\nContent-Type: text/plain\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n");
    way.wire.queue(body);
    way.wire.flush();
}

void XhrClient::on_open(Wire& wire) {
    Way& way = way_of(wire);
    way.open = true;
    if (&way == &up_) post_batch();
    else post(down_, {});
}

void XhrClient::on_end(Wire& wire, const std::string& why) {
    Way& way = way_of(wire);
    if (way.waiting || &way == &down_) fail(why);
    way.open = false;
}

void XhrClient::on_bytes(Wire& wire, std::string_view bytes) {
    Way& way = way_of(wire);
    std::string_view rest = way.carry.join(bytes);
    while (true) {
        std::optional<HttpResponses::Piece> piece;
        try {
            piece = way.responses.next(rest);
        } catch (const Failure& e) { fail(e.what()); }
        if (!piece) break;
        take(way, *piece);
    }
    way.carry.keep(rest);
    listener_.on_read(*this);
}

void XhrClient::take(Way& way, const HttpResponses::Piece& piece) {
    switch (piece.part) {
        case HttpResponses::Part::head:
            if (way.responses.status() / 100 != 2)
                fail(std::string(way.name) + " was answered with " + std::string(piece.bytes));
            return;
        case HttpResponses::Part::body:
            if (&way == &down_) lines(piece.bytes);
            return;
        case HttpResponses::Part::end: return ended(way);
    }
}

/// The next request, over a new connection when the server wants no more on this one.
void XhrClient::ended(Way& way) {
    way.waiting = false;
    if (!way.responses.keep_alive()) {
        way.wire.close();
        way.open = false;
    }
    if (&way == &up_) return flush();
    if (way.open) return post(down_, {});
    way.wire.open(server_.address);
}

void XhrClient::lines(std::string_view piece) {
    std::string_view rest = line_.join(piece);
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        frame(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    if (rest.size() > max_frame) fail("a SockJS frame of more than 64 MiB came");
    line_.keep(rest);
}

void XhrClient::frame(std::string_view frame) {
    if (frame.empty() || frame.front() == 'h') return;  // heart-beats, and the stream's beginning
    if (frame == "o") return opened();
    if (frame.front() == 'c') fail("the server closed the session with " + std::string(frame.substr(1, 300)));
    if (frame.front() != 'a')
        fail("a SockJS frame came that begins with '" + std::string(frame.substr(0, 1)) + "'");
    frame.remove_prefix(1);
    while (true) {
        text_.clear();
        try {
            if (!next_sockjs_string(frame, text_)) return;
        } catch (const Failure& e) { fail(e.what()); }
        stomp(text_);
    }
}

}  // namespace stentor::bench
