#include "stomp/decoder.hpp"

#include "base/utf8.hpp"
#include "stomp/header_line.hpp"
#include "stomp/lexical.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <utility>

namespace stentor::stomp {

namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

// Said at the end of the line, or as soon as a NUL stands in it: the same words however the bytes are cut.
constexpr const char* control_in_header = "a control character in a header";

std::size_t saturated_sum(std::size_t a, std::size_t b) { return a > unlimited - b ? unlimited : a + b; }

/// How many bytes at the front belong to no frame: line ends (also CR LF, whatever the version) and NULs.
std::size_t count_between_frames(std::string_view bytes) {
    std::size_t count = 0;
    while (count < bytes.size() && bytes[count] <= '\r') {
        if (bytes[count] == '\n' || bytes[count] == '\0') ++count;
        else if (bytes.substr(count).starts_with("\r\n")) count += 2;
        else break;
    }
    return count;
}

/// A header's name as an error may show it: already known to be UTF-8 without control characters.
std::string quoted(std::string_view name) {
    constexpr std::size_t longest = 64;
    return name.size() <= longest ? " '" + std::string(name) + "'" : "";
}

}  // namespace

Decoder::Decoder(Limits limits, Peer reads_from) : limits_(limits), reads_from_(reads_from) {}

void Decoder::set_version(Version version) {
    version_ = version;
    version_agreed_ = true;
}

void Decoder::feed(std::string_view bytes) {
    if (phase_ == Phase::failed) return;
    if (phase_ == Phase::whole) start_over();
    // Heart-beats on an idle connection leave no trace.
    if (input_.empty()) bytes.remove_prefix(count_between_frames(bytes));
    input_.append(bytes);
}

Result<std::optional<Frame>> Decoder::next() {
    if (phase_ == Phase::whole) start_over();
    for (;;) {
        switch (step()) {
            case Step::starved: return std::optional<Frame>{};
            case Step::failed: return failure_->error;
            case Step::advanced: break;
        }
        if (phase_ == Phase::whole) return std::optional<Frame>{frame()};
    }
}

bool Decoder::in_frame() const {
    switch (phase_) {
        case Phase::between:
        case Phase::whole:
        case Phase::failed: return false;
        case Phase::command:
        case Phase::headers:
        case Phase::counted_body:
        case Phase::open_body: return true;
    }
    return false;
}

bool Decoder::has_unread() const {
    if (phase_ == Phase::failed) return false;
    return input_.size() > (phase_ == Phase::whole ? at_ + body_size_ + 1 : 0);
}

bool Decoder::at_rest() const {
    return (phase_ == Phase::between || phase_ == Phase::whole) && !has_unread();
}

void Decoder::reset() {
    assert(at_rest());
    if (phase_ == Phase::whole) start_over();
    version_ = Version::v1_2;
    version_agreed_ = false;
}

std::optional<std::string> Decoder::failed_receipt() const {
    return failure_ ? failure_->receipt : std::nullopt;
}

Decoder::Step Decoder::step() {
    switch (phase_) {
        case Phase::between: return skip_between();
        case Phase::command: return read_command();
        case Phase::headers: return read_headers();
        case Phase::counted_body: return read_counted_body();
        case Phase::open_body: return read_open_body();
        case Phase::whole: return Step::advanced;
        case Phase::failed: return Step::failed;
    }
    return Step::failed;
}

Decoder::Step Decoder::skip_between() {
    const std::string_view bytes = text(0, input_.size());
    input_.consume(count_between_frames(bytes));
    const std::string_view rest = text(0, input_.size());
    if (rest.empty() || rest == "\r") return Step::starved;
    phase_ = Phase::command;
    return Step::advanced;
}

Decoder::Step Decoder::read_command() {
    if (skip_usual_command()) return read_headers();
    std::string_view line;
    const Cap cap{limits_.max_command, limits_.max_command, "the command is"};
    if (const Step step = take_line(within_first_frame(cap), line); step != Step::advanced) return step;
    if (line.find('\0') != line.npos) return fail(Errc::malformed, "unknown command");  // as soon as it came
    const std::optional<Command> command = to_command(line);
    if (auto fault = fault_of(command)) command_fault_ = std::move(fault);
    command_ = command.value_or(Command::send);
    headers_at_ = at_;
    phase_ = Phase::headers;
    return Step::advanced;
}

/// Nearly all that clients send once they are connected.
bool Decoder::skip_usual_command() {
    constexpr std::string_view usual = "SEND\n";
    if (!version_agreed_ || reads_from_ != Peer::client || limits_.max_command < usual.size()) return false;
    if (scanned_ != 0 || !text(0, input_.size()).starts_with(usual)) return false;
    command_ = Command::send;
    at_ = scanned_ = headers_at_ = usual.size();
    phase_ = Phase::headers;
    return true;
}

std::optional<std::string> Decoder::fault_of(std::optional<Command> command) const {
    if (!command) return "unknown command";
    if (is_of_server(*command) == (reads_from_ == Peer::server)) return std::nullopt;
    return std::string(is_of_server(*command) ? "a client" : "a server") + " may not send " +
           std::string(to_string(*command));
}

/// Lines that are whole and well within all limits here, others by read_header().
Decoder::Step Decoder::read_headers() {
    std::string_view line;
    while (take_usual_line(line)) {
        if (line.empty()) return command_fault_ ? fail(Errc::malformed, {}) : start_body();
        if (const Step step = add_header(line); step != Step::advanced) return step;
    }
    return read_header();
}

bool Decoder::take_usual_line(std::string_view& line) {
    const std::size_t before = at_ - headers_at_;
    if (!version_agreed_ || scanned_ != at_ || before > limits_.max_header_bytes) return false;
    const std::size_t room = std::min(limits_.max_header_line, limits_.max_header_bytes - before);
    const std::size_t there = std::min(input_.size() - at_, room);
    const char* const begin = input_.data() + at_;
    const void* const found = there == 0 ? nullptr : std::memchr(begin, '\n', there);
    if (found == nullptr) return false;
    auto size = static_cast<std::size_t>(static_cast<const char*>(found) - begin);
    at_ = scanned_ = at_ + size + 1;
    if (size != 0 && version_ == Version::v1_2 && begin[size - 1] == '\r') --size;
    line = {begin, size};
    return true;
}

Decoder::Step Decoder::read_header() {
    Cap cap{saturated_sum(at_, limits_.max_header_line), limits_.max_header_line, "a header line is"};
    const std::size_t headers_end = saturated_sum(headers_at_, limits_.max_header_bytes);
    if (headers_end < cap.end) cap = {headers_end, limits_.max_header_bytes, "the headers are"};
    std::string_view line;
    if (const Step step = take_line(within_first_frame(cap), line); step != Step::advanced) return step;
    if (!line.empty()) return add_header(line);
    return command_fault_ ? fail(Errc::malformed, {}) : start_body();
}

Decoder::Step Decoder::add_header(std::string_view line) {
    const HeaderLine seen = look_at(line);
    if (seen.has_control) return fail(Errc::malformed, control_in_header);
    if (entries_.size() >= limits_.max_headers)
        return fail(Errc::too_large, "more than " + std::to_string(limits_.max_headers) + " headers");
    if (!seen.is_ascii && !base::is_utf8(line)) return fail(Errc::malformed, "a header is not UTF-8");
    if (seen.colon == line.npos) return fail(Errc::malformed, "a header line without a colon");

    std::string_view name = line.substr(0, seen.colon);
    std::string_view value = line.substr(seen.colon + 1);
    if (version_ == Version::v1_0) {
        name = trim_blanks(name);
        value = trim_blanks(value);
    }
    if (name.empty()) return fail(Errc::malformed, "a header without a name");
    const auto offset = [this](std::string_view part) {
        return static_cast<std::size_t>(part.data() - input_.data());
    };
    Entry entry{offset(name), name.size(), offset(value), value.size()};
    if (seen.has_backslash && has_escapes(command_)) {
        // The value first: while the name is as it was sent, an error can show it.
        if (!unescape(entry.value_at, entry.value_size))
            return fail(Errc::malformed, "an undefined escape in the header" + quoted(name));
        if (!unescape(entry.name_at, entry.name_size))
            return fail(Errc::malformed, "an undefined escape in a header's name");
    }
    entries_.push_back(entry);
    return Step::advanced;
}

bool Decoder::unescape(std::size_t at, std::size_t& size) {
    const std::optional<std::size_t> now = stomp::unescape(input_.data() + at, size, version_);
    if (now) size = *now;
    return now.has_value();
}

Decoder::Step Decoder::start_body() {
    phase_ = Phase::open_body;
    std::optional<std::string_view> content_length;
    for (const Entry& entry : entries_)
        if (const HeaderView header = view(entry); header.name == "content-length") {
            content_length = header.value;
            break;
        }
    if (!content_length) return Step::advanced;

    const std::optional<std::size_t> size = parse_decimal(*content_length, unlimited);
    if (!size) return fail(Errc::malformed, "content-length is not a decimal number");
    if (*size > 0 && !may_have_body(command_))
        return fail(Errc::malformed, std::string(to_string(command_)) + " may not have a body");
    const Cap cap =
        within_first_frame({saturated_sum(at_, limits_.max_body), limits_.max_body, "the body is"});
    if (saturated_sum(at_, *size) > cap.end) return fail(cap);
    body_size_ = *size;
    phase_ = Phase::counted_body;
    return Step::advanced;
}

Decoder::Step Decoder::read_counted_body() {
    if (input_.size() - at_ <= body_size_) return Step::starved;
    if (input_.data()[at_ + body_size_] != '\0')
        return fail(Errc::malformed, "no NUL where content-length ends the body");
    return finish(body_size_);
}

Decoder::Step Decoder::read_open_body() {
    const Cap cap =
        within_first_frame({saturated_sum(at_, limits_.max_body), limits_.max_body, "the body is"});
    if (at_ > cap.end) return fail(cap);
    if (!may_have_body(command_) && input_.size() > at_ && input_.data()[at_] != '\0')
        return fail(Errc::malformed, std::string(to_string(command_)) + " may not have a body");
    if (const auto end = find('\0', cap)) return finish(*end - at_);
    return input_.size() > cap.end ? fail(cap) : Step::starved;
}

Decoder::Step Decoder::finish(std::size_t body_size) {
    body_size_ = body_size;
    for (const Entry& entry : entries_) headers_.push_back(view(entry));
    phase_ = Phase::whole;
    return Step::advanced;
}

Decoder::Step Decoder::fail(Errc code, std::string message) {
    std::optional<std::string> receipt;
    for (const Entry& entry : entries_)
        if (const HeaderView header = view(entry); header.name == "receipt" && !receipt)
            receipt.emplace(header.value);
    Error error{code, std::move(message)};
    if (command_fault_) error = {Errc::malformed, *std::exchange(command_fault_, std::nullopt)};
    failure_ = std::make_unique<Failure>(Failure{std::move(error), std::move(receipt)});
    phase_ = Phase::failed;
    input_ = {};
    entries_ = {};
    headers_ = {};
    return Step::failed;
}

Decoder::Step Decoder::fail(const Cap& cap) {
    return fail(Errc::too_large,
                std::string(cap.what) + " longer than " + std::to_string(cap.limit) + " bytes");
}

std::optional<std::size_t> Decoder::find(char terminator, const Cap& cap) {
    const std::size_t until = cap.end < input_.size() ? cap.end + 1 : input_.size();
    if (until <= scanned_) return std::nullopt;
    const char* const bytes = input_.data();
    const void* const found = std::memchr(bytes + scanned_, terminator, until - scanned_);
    if (found != nullptr) return static_cast<std::size_t>(static_cast<const char*>(found) - bytes);
    scanned_ = until;
    return std::nullopt;
}

Decoder::Step Decoder::take_line(const Cap& cap, std::string_view& line) {
    const std::size_t scanned_before = scanned_;
    const std::optional<std::size_t> end = find('\n', cap);
    if (!end) {
        // A NUL cannot stand in a line: a frame without its blank line is refused now, not by a timeout.
        if (text(scanned_before, scanned_ - scanned_before).find('\0') != std::string_view::npos)
            return fail(Errc::malformed, phase_ == Phase::command ? "unknown command" : control_in_header);
        return input_.size() > cap.end ? fail(cap) : Step::starved;
    }
    line = text(at_, *end - at_);
    if (version_ == Version::v1_2 && line.ends_with('\r')) line.remove_suffix(1);
    at_ = scanned_ = *end + 1;
    return Step::advanced;
}

Decoder::Cap Decoder::within_first_frame(Cap cap) const {
    if (version_agreed_ || cap.end < limits_.max_first_frame) return cap;
    const std::size_t last = limits_.max_first_frame == 0 ? 0 : limits_.max_first_frame - 1;
    return {last, limits_.max_first_frame, "the first frame is"};
}

void Decoder::start_over() {
    input_.consume(at_ + body_size_ + 1);
    at_ = scanned_ = headers_at_ = body_size_ = 0;
    entries_.clear();
    headers_.clear();
    command_fault_.reset();
    phase_ = Phase::between;
}

}  // namespace stentor::stomp
