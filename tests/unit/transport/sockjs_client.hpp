#pragma once

#include "transport_bench.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::transport {

inline constexpr const char* xhr = "/sockjs/000/session1/xhr";
inline constexpr const char* xhr_streaming = "/sockjs/000/session1/xhr_streaming";
inline constexpr const char* xhr_send = "/sockjs/000/session1/xhr_send";
inline constexpr const char* not_cached = "no-store, no-cache, no-transform, must-revalidate, max-age=0";

/// Several connections of one client: SockJS sends over others than it receives.
struct SockjsClient {
    std::string request(std::string_view bytes) { return bench.send(bench.connect(), bytes); }
    /// A receiving request that stays open.
    TransportBench::Link& receive(std::string_view target) {
        auto& link = bench.connect();
        bench.send(link, post(target));
        return link;
    }
    void open() { EXPECT_EQ(body_of(request(post(xhr))), "o\n"); }
    /// Opens a session of that transport and has a receiver wait on it.
    TransportBench::Link& open_and_receive(std::string_view target) {
        if (target == xhr) open();
        TransportBench::Link& link = receive(target);
        link.pipe->take_output();
        return link;
    }
    TransportBench bench;
};

/// The bodies of the chunks (RFC 9112 7.1) behind a response's head, the last one as "<end>".
inline std::vector<std::string> chunks_of(std::string bytes) {
    if (const std::size_t head = bytes.find("\r\n\r\n");
        bytes.starts_with("HTTP/") && head != std::string::npos)
        bytes.erase(0, head + 4);
    std::vector<std::string> chunks;
    while (!bytes.empty()) {
        const std::size_t size = std::stoul(bytes, nullptr, 16);
        const std::size_t begin = bytes.find("\r\n") + 2;
        chunks.push_back(size == 0 ? "<end>" : bytes.substr(begin, size));
        bytes.erase(0, begin + size + 2);
    }
    return chunks;
}

inline const std::string prelude = std::string(2048, 'h') + "\n";

}  // namespace stentor::transport
