#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace stentor::test {

/// Answers each connection with the same bytes, until told others, and keeps what it was asked. An empty
/// answer is none at all.
class TinyHttpServer {
public:
    explicit TinyHttpServer(std::string bytes)
        : bytes_(std::move(bytes)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
        ::listen(listener_, 64);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~TinyHttpServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    TinyHttpServer(const TinyHttpServer&) = delete;
    TinyHttpServer& operator=(const TinyHttpServer&) = delete;

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/keys"; }
    void answer(std::string bytes) {
        const std::lock_guard lock(mutex_);
        bytes_ = std::move(bytes);
    }
    [[nodiscard]] std::vector<std::string> asked() const {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

    static std::string response(const std::string& status, const std::string& body,
                                const std::string& more = {}) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
               "Connection: close\r\n\r\n" + body;
    }

private:
    void serve() {
        while (true) {
            const int peer = ::accept(listener_, nullptr, nullptr);
            if (peer < 0) return;
            std::string request;
            char piece[4096];
            while (request.find("\r\n\r\n") == std::string::npos) {
                const ssize_t count = ::recv(peer, piece, sizeof piece, 0);
                if (count <= 0) break;
                request.append(piece, static_cast<std::size_t>(count));
            }
            const std::string bytes = note(std::move(request));
            if (bytes.empty()) (void)::recv(peer, piece, sizeof piece, 0);  // until the client gives up
            else (void)::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            ::close(peer);
        }
    }
    std::string note(std::string request) {
        const std::lock_guard lock(mutex_);
        asked_.push_back(std::move(request));
        return bytes_;
    }

    mutable std::mutex mutex_;
    std::string bytes_;
    std::vector<std::string> asked_;
    int listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace stentor::test
