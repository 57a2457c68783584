// Tests: tests/unit/transport/http_protocol_test.cpp
#include "transport/http_protocol.hpp"

#include "base/log.hpp"
#include "http/response_writer.hpp"
#include "sockjs/frame.hpp"
#include "transport/routes.hpp"
#include "transport/security_headers.hpp"
#include "transport/sockjs_sessions.hpp"
#include "transport/websocket_protocol.hpp"
#include "websocket/handshake.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace stentor::transport {
namespace {

Handshake handshake_of(const http::Request& request, const net::Wire& wire, std::string subprotocol) {
    Handshake handshake{request.target, {}, wire.remote_address(), std::move(subprotocol), {}};
    for (const http::Field& field : request.fields) handshake.headers.emplace_back(field.name, field.value);
    return handshake;
}

}  // namespace

HttpProtocol::HttpProtocol(Site& site, net::Wire& wire, Seat& seat)
    : site_(site),
      wire_(wire),
      seat_(seat),
      parser_(site.http),
      timer_(site.timers, [this](base::TimePoint) { on_time(); }),
      since_(site.timers.now()) {
    timer_.set(deadline());
}

HttpProtocol::~HttpProtocol() {
    if (user_ != nullptr) user_->receiver_lost();
}

void HttpProtocol::resume(const HandedOver& connection) {
    requests_ = connection.requests;
    awaited_ = Awaited::nothing;
    parser_.feed(connection.rest);
    route(connection.request);
    rearm();
    process();
}

void HttpProtocol::on_bytes(std::span<char> bytes) {
    if (phase_ == Phase::gone) return;
    const std::string_view text(bytes.data(), bytes.size());
    parser_.feed(text);
    if (phase_ == Phase::receiving) return count_pipelined(text);
    process();
    rearm();
}

void HttpProtocol::process() {
    while (phase_ == Phase::reading) {
        resume_ = false;
        auto next = parser_.next();
        if (next.has_error()) return refuse(next.error());
        if (!next->has_value()) return;
        http::Request& request = **next;
        const bool last = ++requests_ >= site_.rules.max_requests;
        if (last || websocket::is_upgrade(request))  // what follows an upgrade is not HTTP
            request.keep_alive = false;
        awaited_ = Awaited::nothing;
        route(request);
        rearm();
    }
    if (phase_ == Phase::receiving && !parser_.unread().empty()) count_pipelined(parser_.unread());
}

/// The bytes are kept unread in `parser_`, where a connection that moves to another shard can take them from.
void HttpProtocol::count_pipelined(std::string_view bytes) {
    pipelined_bytes_ += bytes.size();
    if (!ahead_) ahead_.emplace(site_.http);
    ahead_->feed(bytes);
    for (auto next = ahead_->next(); next && next->has_value(); next = ahead_->next()) ++pipelined_;
    if (pipelined_ <= site_.rules.max_pipelined && pipelined_bytes_ <= site_.rules.max_pipelined_bytes)
        return;
    log::info("pipelining_refused",
              {{"peer", wire_.remote_address()}, {"requests", pipelined_}, {"bytes", pipelined_bytes_}});
    wire_.abort();
}

void HttpProtocol::forget_pipelined() {
    ahead_.reset();
    pipelined_ = pipelined_bytes_ = 0;
}

HttpProtocol::Awaited HttpProtocol::awaited() const {
    if (parser_.body_bytes()) return Awaited::body;
    if (parser_.in_request()) return Awaited::head;
    return awaited_ == Awaited::first_request ? Awaited::first_request : Awaited::next_request;
}

/// The time is for the whole of a head, not for each read of it. A body may take as long as it keeps up its
/// rate.
base::TimePoint HttpProtocol::deadline() const {
    switch (awaited_) {
        case Awaited::nothing: return base::never;
        case Awaited::first_request:
        case Awaited::head: return since_ + site_.timeouts.head;
        case Awaited::next_request: return since_ + site_.timeouts.keep_alive;
        case Awaited::body: break;
    }
    const std::size_t milliseconds = parser_.body_bytes().value_or(0) * 1'000 / site_.rules.min_body_rate;
    return since_ + std::max<base::Duration>(site_.rules.body_grace, std::chrono::milliseconds(milliseconds));
}

void HttpProtocol::rearm() {
    if (phase_ == Phase::resting || phase_ == Phase::identifying) return;
    if (phase_ != Phase::reading) return timer_.cancel();
    if (const Awaited now = awaited(); std::exchange(awaited_, now) != now) since_ = site_.timers.now();
    timer_.set(deadline());
}

void HttpProtocol::on_time() {
    if (phase_ == Phase::resting) return respond_now();
    if (phase_ == Phase::identifying)
        return identified(security::LoginError{{Errc::unavailable, "Credentials take too long to check"}});
    if (phase_ != Phase::reading) return;
    if (std::exchange(resume_, false)) {
        process();
        return rearm();
    }
    if (parser_.in_request()) return refuse({408, "The request took too long"});
    phase_ = Phase::gone;
    wire_.finish();
}

void HttpProtocol::route(const http::Request& request) { route_request(site_, *this, request); }

void HttpProtocol::refuse(const http::Refusal& refusal) {
    log::info("request_refused",
              {{"peer", wire_.remote_address()}, {"status", refusal.status}, {"reason", refusal.reason}});
    http::Response response = plain(refusal.status, refusal.reason + "\n");
    http::Request request;
    request.keep_alive = false;
    respond(request, std::move(response));
}

void HttpProtocol::respond(const http::Request& request, http::Response response) {
    const bool close = !request.keep_alive;
    add_security_headers(response.fields, strict_transport_security());
    wire_.send(base::share(http::write_response(response, request, close)));
    if (!close) return;
    phase_ = Phase::gone;
    timer_.cancel();
    wire_.finish();
}

/// RFC 6797, 7.2: not in the clear.
std::string_view HttpProtocol::strict_transport_security() const {
    return wire_.is_secure() ? std::string_view(site_.rules.strict_transport_security) : std::string_view();
}

std::weak_ptr<HttpProtocol::Late> HttpProtocol::respond_later(const http::Request& request,
                                                              http::Response response, base::Duration rest) {
    late_ = std::make_shared<Late>(Late{*this, request, std::move(response)});
    phase_ = Phase::resting;
    wire_.pause();
    timer_.set(site_.timers.now() + rest);
    return late_;
}

void HttpProtocol::respond_now() {
    const auto late = std::exchange(late_, nullptr);
    phase_ = Phase::reading;
    wire_.resume();
    respond(late->request, std::move(late->response));
    process();
    rearm();
}

void HttpProtocol::upgrade(const http::Request& request, const Endpoint& endpoint, bool sockjs_frames) {
    if (auto refusal = refuse_for_memory(site_, *this)) return respond(request, std::move(*refusal));
    identify(
        request, endpoint,
        [this, &endpoint, sockjs_frames](const http::Request& by, const std::optional<Authentication>& who) {
            upgrade_as(by, endpoint, sockjs_frames, who);
        });
}

void HttpProtocol::upgrade_as(const http::Request& request, const Endpoint& endpoint, bool sockjs_frames,
                              const std::optional<Authentication>& who) {
    const std::vector<std::string_view> supported(endpoint.subprotocols.begin(), endpoint.subprotocols.end());
    auto answer = websocket::handshake(request, supported, &endpoint.deflate);
    if (auto* refusal = std::get_if<http::Response>(&answer)) return respond(request, std::move(*refusal));
    auto& accepted = std::get<websocket::Accepted>(answer);
    add_security_headers(accepted.response.fields, strict_transport_security());
    wire_.send(base::share(http::write_response(accepted.response, request, false)));
    phase_ = Phase::gone;
    timer_.cancel();
    auto next = std::make_unique<WebSocketProtocol>(site_, wire_, endpoint, sockjs_frames, accepted.deflate);
    WebSocketProtocol& websocket = *next;
    std::string rest = parser_.take_rest();
    seat_.replace(std::move(next));
    Handshake handshake;
    if (endpoint.reads_handshake) handshake = handshake_of(request, wire_, accepted.subprotocol);
    if (who) handshake.principal = who->principal;
    websocket.open(std::move(handshake), who ? &*who : nullptr);
    if (!rest.empty()) websocket.on_bytes(rest);
}

void HttpProtocol::hand_over(unsigned shard, const http::Request& request) {
    phase_ = Phase::gone;
    timer_.cancel();
    seat_.hand_over(shard, {request, parser_.take_rest(), requests_});
}

void HttpProtocol::on_drained() {
    if (user_ != nullptr) user_->receiver_drained();
}

void HttpProtocol::on_closed() {
    phase_ = Phase::gone;
    unknown_.reset();
    late_.reset();
    timer_.cancel();
    ReceiverUser* const user = std::exchange(user_, nullptr);
    if (user == nullptr) return;
    if (wire_.was_too_slow()) user->receiver_too_slow();
    user->receiver_lost();
}

void HttpProtocol::shut_down() {
    request_.keep_alive = false;  // a response under way is the last one
    if (late_) late_->request.keep_alive = false;
    if (unknown_) unknown_->request.keep_alive = false;
    if (phase_ != Phase::reading) return;
    phase_ = Phase::gone;
    timer_.cancel();
    wire_.finish();
}

void HttpProtocol::begin(ReceiverUser& user, const sockjs::ReceivingTransport& transport,
                         const http::Request& request) {
    request_ = request;
    request_.body = {};  // it was of no meaning, and may be long
    phase_ = Phase::receiving;
    timer_.cancel();
    user_ = &user;
    transport_ = &transport;
    streamed_ = 0;
    if (!transport.streaming) return;
    std::string bytes = http::write_stream_head(transport_response(), request_);
    http::write_stream_piece(bytes, transport.prelude(request_), request_);
    wire_.send(base::share(std::move(bytes)));
}

http::Response HttpProtocol::transport_response() const {
    http::Response response = sockjs::begin_response(*transport_, request_);
    user_->add_cookies(response.fields, request_);
    add_security_headers(response.fields, strict_transport_security());
    return response;
}

void HttpProtocol::frame(std::string_view frame) {
    std::string wrapped;
    transport_->append(wrapped, frame, request_);
    if (transport_->streaming) {
        std::string bytes;
        http::write_stream_piece(bytes, wrapped, request_);
        return stream(base::share(bytes), wrapped.size());
    }
    http::Response response = transport_response();
    response.body = transport_->prelude(request_) + wrapped;
    wire_.send(base::share(http::write_response(response, request_, !request_.keep_alive)));
    end_response();
}

void HttpProtocol::messages(std::span<const base::BytesRef> quoted) {
    if (transport_->streaming) {
        const SockjsPieces::Piece& piece = site_.sockjs.pieces().of(quoted, *transport_, request_);
        return stream(piece.bytes, piece.size);
    }
    std::vector<std::string_view> views;
    for (const base::BytesRef& message : quoted) views.push_back(message->view());
    std::string text;
    sockjs::append_message_frame(text, views);
    frame(text);
}

/// `size`: of what counts against the limit.
void HttpProtocol::stream(base::BytesRef piece, std::size_t size) {
    wire_.send(std::move(piece));
    streamed_ += size;
    if (streamed_ >= user_->stream_limit()) end_response();
}

void HttpProtocol::end_response() {
    ReceiverUser* const user = user_;
    end();
    user->receiver_done();
}

void HttpProtocol::end() {
    const bool streaming = transport_->streaming;
    user_ = nullptr;
    transport_ = nullptr;
    phase_ = Phase::reading;
    forget_pipelined();
    if (streaming) wire_.send(base::share(std::string(http::stream_end(request_))));
    if (!request_.keep_alive || (streaming && request_.minor_version == 0)) {
        phase_ = Phase::gone;
        return wire_.finish();
    }
    resume_ = true;
    timer_.set(site_.timers.now());  // goes on with what was pipelined, not from within the session's call
}

}  // namespace stentor::transport
