#include "http/response_writer.hpp"

#include "http/grammar.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace stentor::http {
namespace {

constexpr std::size_t usual_head = 256;  // bytes

bool is_writers_own(std::string_view name) {
    return equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding") ||
           equal_ignoring_case(name, "Connection");
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

std::string begin_head(const Response& response) {
    std::string out;
    out.reserve(usual_head);
    out += "HTTP/1.1 ";
    out += std::to_string(response.status);
    out += ' ';
    out += reason_phrase(response.status);
    out += "\r\n";
    for (const Field& field : response.fields) {
        if (!is_token(field.name) || !is_field_value(field.value) || is_writers_own(field.name)) continue;
        append_field(out, field.name, field.value);
    }
    return out;
}

/// RFC 9112 9.3: 1.1 persists unless told otherwise, 1.0 the other way round. Upgrade is hop-by-hop (RFC
/// 9110 7.8).
void append_connection(std::string& out, const Response& response, const Request& request, bool close) {
    std::string value = response.fields.count("Upgrade") > 0 ? "Upgrade" : "";
    const auto add = [&](std::string_view token) {
        if (!value.empty()) value += ", ";
        value += token;
    };
    if (response.status != 101) {
        if (close) add("close");
        else if (request.minor_version == 0) add("keep-alive");
    }
    if (!value.empty()) append_field(out, "Connection", value);
}

/// RFC 9112 6.3 item 1; the length of what a HEAD or a 304 does not carry may be told, but need not.
bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

bool is_head(const Request& request) { return request.method == "HEAD"; }

}  // namespace

std::string_view reason_phrase(int status) {
    switch (status) {
        case 101: return "Switching Protocols";
        case 200: return "OK";
        case 204: return "No Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 411: return "Length Required";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 426: return "Upgrade Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 505: return "HTTP Version Not Supported";
        default: return "";  // RFC 9112 4: the phrase may be absent, the blank before it may not
    }
}

std::string write_response(const Response& response, const Request& request, bool close) {
    std::string out = begin_head(response);
    append_connection(out, response, request, close || !request.keep_alive);
    if (has_body(response.status)) append_field(out, "Content-Length", std::to_string(response.body.size()));
    out += "\r\n";
    if (has_body(response.status) && !is_head(request)) out += response.body;
    return out;
}

std::string write_stream_head(const Response& response, const Request& request) {
    std::string out = begin_head(response);
    const bool chunked = request.minor_version > 0;
    append_connection(out, response, request, !chunked || !request.keep_alive);
    if (chunked) append_field(out, "Transfer-Encoding", "chunked");
    out += "\r\n";
    return out;
}

void write_stream_piece(std::string& out, std::string_view piece, const Request& request) {
    if (piece.empty() || is_head(request)) return;  // an empty chunk would end the body
    if (request.minor_version == 0) {
        out += piece;
        return;
    }
    std::array<char, 16> size;
    const auto [end, error] = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16);
    out.append(size.data(), end);
    out += "\r\n";
    out += piece;
    out += "\r\n";
}

std::string_view stream_end(const Request& request) {
    return request.minor_version == 0 || is_head(request) ? "" : "0\r\n\r\n";
}

}  // namespace stentor::http
