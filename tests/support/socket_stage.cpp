#include "app/inside.hpp"
#include "support/stage.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

namespace stentor::test {
namespace {

using Clock = std::chrono::steady_clock;

void wait_for(int fd, short events, int milliseconds) {
    pollfd one{fd, events, 0};
    ::poll(&one, 1, milliseconds);
}

class SocketStream final : public Stream {
public:
    SocketStream(std::vector<int>& open, std::uint16_t port) : open_(open) {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (fd_ < 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::system_error(errno, std::generic_category(), "connect");
        open_.push_back(fd_);
    }
    ~SocketStream() override { close(); }

    void send(std::string_view bytes) override {
        while (!bytes.empty() && !ended_) {
            const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
            else if (errno == EAGAIN) wait_for(fd_, POLLOUT, 100);
            else return;
        }
    }
    void receive() override {
        char buffer[65536];
        while (!ended_) {
            const ssize_t got = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
            if (got <= 0) return close();
            input.append(buffer, static_cast<std::size_t>(got));
        }
    }
    [[nodiscard]] bool ended() const override { return ended_; }
    void close() override {
        ended_ = true;
        if (fd_ < 0) return;
        std::erase(open_, fd_);
        ::close(fd_);
        fd_ = -1;
    }

private:
    std::vector<int>& open_;  ///< the descriptors that until() watches
    int fd_ = -1;
    bool ended_ = false;
};

class SocketStage final : public Stage {
public:
    ~SocketStage() override { app.stop(); }

    void start() override {
        config.port = 0;
        config.stomp_port = 0;
        app.start(config);
        listening_ = app::Inside::of(app).server->listening();
    }
    void stop(const std::function<void()>& meanwhile) override {
        std::atomic<bool> stopped = false;
        std::thread stopper([&] {
            app.stop();
            stopped = true;
        });
        while (!until([&] {
            meanwhile();
            return stopped.load();
        })) {}
        stopper.join();
    }
    using Network::connect;
    std::unique_ptr<Stream> connect(Speaks speaks, const Peer&) override {
        return std::make_unique<SocketStream>(
            open_, speaks == Speaks::http ? listening_.port : listening_.stomp_port.value());
    }
    bool until(const std::function<bool()>& done) override {
        const auto deadline = Clock::now() + std::chrono::seconds(10);
        while (!done()) {
            if (Clock::now() > deadline) return false;
            std::vector<pollfd> watched;
            for (const int fd : open_) watched.push_back({fd, POLLIN, 0});
            ::poll(watched.data(), watched.size(), 5);
        }
        return true;
    }

private:
    Listening listening_;
    std::vector<int> open_;
};

}  // namespace

std::unique_ptr<Stage> make_stage() { return std::make_unique<SocketStage>(); }

}  // namespace stentor::test
