#include "http/request_parser.hpp"

#include "http/chunked_body.hpp"
#include "http/grammar.hpp"
#include "http/request_line.hpp"
#include "http/request_rules.hpp"

#include <algorithm>
#include <utility>

namespace stentor::http {

// Boost.Beast is not used: by the time a line has passed our checks it is already cut into name and value,
// and Beast's own rules for what they let through (repeated lengths, odd codings) differ between its
// versions.

/// The parser's state. A line is judged when it is whole or as soon as it is too long, never by how it was
/// cut.
class RequestParser::Reader {
public:
    explicit Reader(Limits limits) : limits_(limits) {}

    void feed(std::string_view bytes);
    boost::system::result<std::optional<Request>, Refusal> next();
    bool in_request() const;
    std::optional<std::size_t> body_bytes() const;
    std::string_view unread() const { return std::string_view(pending_).substr(at_); }
    std::string take_rest();

private:
    enum class Stage { request_line, fields, length_body, chunked_body, upgraded, refused };

    void consume(std::size_t bytes);
    bool step();
    bool read_head_line();
    std::optional<Refusal> too_long(std::string_view line) const;
    std::optional<Refusal> take_line(std::string_view line);
    std::optional<Refusal> begin_body();
    bool read_length_body();
    bool read_chunked_body();
    bool refuse(Refusal refusal);
    Request finish();

    const Limits limits_;
    std::string pending_;  ///< bytes fed and, from at_, not yet read
    std::size_t at_ = 0;
    std::size_t searched_ = 0;  ///< bytes of the current line known to hold no LF
    std::size_t head_bytes_ = 0;
    Stage stage_ = Stage::request_line;
    bool skipped_empty_line_ = false;
    bool ready_ = false;
    Request request_;
    std::uint64_t body_left_ = 0;
    std::optional<ChunkedBody> chunks_;
    Refusal refusal_;
};

void RequestParser::Reader::feed(std::string_view bytes) {
    if (stage_ == Stage::refused) return;
    if (at_ > 0 && at_ * 2 >= pending_.size()) {
        pending_.erase(0, at_);
        at_ = 0;
    }
    pending_ += bytes;
}

void RequestParser::Reader::consume(std::size_t bytes) {
    at_ += bytes;
    searched_ = 0;
    if (at_ < pending_.size()) return;
    std::string().swap(pending_);
    at_ = 0;
}

boost::system::result<std::optional<Request>, Refusal> RequestParser::Reader::next() {
    if (stage_ == Stage::upgraded) return std::optional<Request>();
    while (!ready_ && step()) {}
    if (stage_ == Stage::refused) return refusal_;
    if (!ready_) return std::optional<Request>();
    return std::optional<Request>(finish());
}

/// Goes on by one line or one piece of body; false when that needs more bytes or the request is refused.
bool RequestParser::Reader::step() {
    switch (stage_) {
        case Stage::request_line:
        case Stage::fields: return read_head_line();
        case Stage::length_body: return read_length_body();
        case Stage::chunked_body: return read_chunked_body();
        case Stage::upgraded:
        case Stage::refused: return false;
    }
    return false;
}

bool RequestParser::Reader::read_head_line() {
    const std::string_view bytes = unread();
    if (bytes.empty()) return false;
    if (stage_ == Stage::request_line && bytes.front() != '\r' && !is_token(bytes.substr(0, 1))) {
        return refuse(Refusal{
            400, "malformed method"});  // at the first byte: TLS on a plain port waits for no line end
    }
    const std::size_t end = bytes.find('\n', searched_);
    const bool whole = end != std::string_view::npos;
    const std::string_view line = bytes.substr(0, whole ? end + 1 : end);
    if (auto refusal = too_long(line)) return refuse(std::move(*refusal));
    if (!whole) {
        searched_ = bytes.size();
        return false;
    }
    if (!line.ends_with("\r\n")) return refuse(Refusal{400, "a line ends with CR LF"});
    head_bytes_ += line.size();
    if (auto refusal = take_line(line.substr(0, line.size() - 2))) return refuse(std::move(*refusal));
    consume(line.size());
    return true;
}

/// The limits as one byte at a time would meet them.
std::optional<Refusal> RequestParser::Reader::too_long(std::string_view line) const {
    const std::size_t room = limits_.max_head - std::min(limits_.max_head, head_bytes_);
    if (stage_ == Stage::request_line) {
        const std::string_view fitting = line.size() > room ? line.substr(0, room + 1) : line;
        if (auto refusal = request_line_overflow(fitting.substr(0, fitting.find('\r')), limits_))
            return refusal;
    } else if (line.size() > limits_.max_line && limits_.max_line <= room) {
        return Refusal{431, "header line too long"};
    }
    if (line.size() > room) return Refusal{431, "head too large"};
    return std::nullopt;
}

std::optional<Refusal> RequestParser::Reader::take_line(std::string_view line) {
    if (stage_ == Stage::request_line) {
        if (line.empty()) {
            if (std::exchange(skipped_empty_line_, true)) return Refusal{400, "malformed request line"};
            return std::nullopt;
        }
        stage_ = Stage::fields;
        return read_request_line(line, request_);
    }
    if (line.empty()) return begin_body();
    if (request_.fields.size() >= limits_.max_fields) return Refusal{431, "too many headers"};
    return read_field_line(line, request_.fields);
}

std::optional<Refusal> RequestParser::Reader::begin_body() {
    Framing framing;
    if (auto refusal = judge_head(request_, framing, limits_)) return refusal;
    body_left_ = framing.length;
    stage_ = framing.chunked ? Stage::chunked_body : Stage::length_body;
    if (framing.chunked) chunks_.emplace(limits_);
    ready_ = !framing.chunked && framing.length == 0;
    return std::nullopt;
}

bool RequestParser::Reader::read_length_body() {
    const std::string_view piece = unread().substr(0, static_cast<std::size_t>(body_left_));
    if (piece.empty()) return false;
    request_.body += piece;
    body_left_ -= piece.size();
    consume(piece.size());
    ready_ = body_left_ == 0;
    return true;
}

bool RequestParser::Reader::read_chunked_body() {
    const std::string_view bytes = unread();
    if (bytes.empty()) return false;
    std::string_view rest = bytes;
    if (auto refusal = chunks_->read(rest)) return refuse(std::move(*refusal));
    consume(bytes.size() - rest.size());
    ready_ = chunks_->whole();
    if (ready_) request_.body = chunks_->take();
    return true;
}

bool RequestParser::Reader::refuse(Refusal refusal) {
    refusal_ = std::move(refusal);
    stage_ = Stage::refused;
    consume(unread().size());
    request_ = {};
    chunks_.reset();
    return false;
}

Request RequestParser::Reader::finish() {
    Request done = std::exchange(request_, {});
    stage_ = asks_for_websocket(done) ? Stage::upgraded : Stage::request_line;
    head_bytes_ = 0;
    skipped_empty_line_ = false;
    ready_ = false;
    chunks_.reset();
    return done;
}

bool RequestParser::Reader::in_request() const {
    if (stage_ == Stage::upgraded || stage_ == Stage::refused) return false;
    return stage_ != Stage::request_line || !unread().empty();
}

std::optional<std::size_t> RequestParser::Reader::body_bytes() const {
    if (ready_) return std::nullopt;
    if (stage_ == Stage::length_body) return request_.body.size();
    if (stage_ == Stage::chunked_body) return chunks_->size();
    return std::nullopt;
}

std::string RequestParser::Reader::take_rest() {
    std::string rest(unread());
    consume(rest.size());
    return rest;
}

RequestParser::RequestParser(Limits limits) : reader_(std::make_unique<Reader>(limits)) {}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

void RequestParser::feed(std::string_view bytes) { reader_->feed(bytes); }
boost::system::result<std::optional<Request>, Refusal> RequestParser::next() { return reader_->next(); }
bool RequestParser::in_request() const { return reader_->in_request(); }
std::optional<std::size_t> RequestParser::body_bytes() const { return reader_->body_bytes(); }
std::string_view RequestParser::unread() const { return reader_->unread(); }
std::string RequestParser::take_rest() { return reader_->take_rest(); }

}  // namespace stentor::http
