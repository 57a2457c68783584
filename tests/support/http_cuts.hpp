#pragma once

#include "http/request_parser.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::test {

using Pieces = std::vector<std::string>;

/// Hands `bytes` to `visit` in every cut worth trying: all at once, byte by byte, and in two parts at each
/// place (at most about 600 places of a long text).
inline void for_each_cut(std::string_view bytes, const std::function<void(const Pieces&)>& visit) {
    visit({std::string(bytes)});
    Pieces single;
    for (char c : bytes) single.emplace_back(1, c);
    visit(single);
    const std::size_t stride = 1 + bytes.size() / 600;
    for (std::size_t at = 1; at < bytes.size(); at += stride) {
        visit({std::string(bytes.substr(0, at)), std::string(bytes.substr(at))});
    }
}

/// What a parser made of some bytes.
struct HttpOutcome {
    std::vector<http::Request> requests;
    int status = 0;  ///< of the refusal; 0 when there was none
    std::string reason;
    bool in_request = false;
    std::string rest;
};

inline std::string describe(const HttpOutcome& outcome) {
    std::string text;
    for (const http::Request& request : outcome.requests) {
        text += request.method + '|' + request.target + '|' + request.path + '|' + request.raw_path + '|' +
                request.query + '|' + std::to_string(request.minor_version) + '|' +
                (request.keep_alive ? "keep" : "close") + '\n';
        for (const http::Field& field : request.fields) text += field.name + '=' + field.value + '\n';
        text += request.body + "\n--\n";
    }
    text += std::to_string(outcome.status) + outcome.reason + (outcome.in_request ? " open " : " done ") +
            outcome.rest;
    return text;
}

inline HttpOutcome parse_pieces(const Pieces& pieces, http::Limits limits) {
    http::RequestParser parser(limits);
    HttpOutcome outcome;
    for (const std::string& piece : pieces) {
        parser.feed(piece);
        for (;;) {
            const auto result = parser.next();
            if (result.has_error()) {
                outcome.status = result.error().status;
                outcome.reason = result.error().reason;
                break;
            }
            if (!*result) break;
            outcome.requests.push_back(**result);
        }
    }
    outcome.in_request = parser.in_request();
    outcome.rest = parser.take_rest();
    return outcome;
}

/// Parses the bytes in every cut, expects the same outcome each time, and gives it.
inline HttpOutcome parse(std::string_view bytes, http::Limits limits = {}) {
    const HttpOutcome whole = parse_pieces({std::string(bytes)}, limits);
    const std::string expected = describe(whole);
    for_each_cut(bytes, [&](const Pieces& pieces) {
        EXPECT_EQ(describe(parse_pieces(pieces, limits)), expected) << "cut after " << pieces.front().size();
    });
    return whole;
}

}  // namespace stentor::test
