#include "net/connector.hpp"

#include "net/loop_executor.hpp"
#include "unit/net/sockets.hpp"
#include "unit/net/turned_loop.hpp"

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stentor::net {
namespace {

using namespace test;
using namespace std::chrono_literals;

/// A listening socket that accepts when the test says so.
class Listening {
public:
    explicit Listening(int backlog = 16) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(fd_.get(), backlog), 0);
        ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
    }
    [[nodiscard]] Fd accept() const { return Fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
    void close() { fd_.close(); }

    std::uint16_t port = 0;

private:
    Fd fd_;
};

class ConnectorTest : public ::testing::Test {
protected:
    ConnectorTest() { turned_.turn(); }  // timers know the time from now on

    void connect(const std::string& host, std::uint16_t port, base::Duration time_limit = 10s) {
        connector_->connect({host, port, time_limit}, [this](Result<Connected> result) {
            if (result.has_error()) return errors_.push_back(result.error());
            connected_.emplace_back(Fd(result->fd), result->remote_address);
        });
    }
    [[nodiscard]] bool answered(std::size_t count) {
        return turned_.turn_until([this, count] { return connected_.size() + errors_.size() >= count; });
    }

    TurnedLoop turned_;
    AsioThread lookups_;
    std::unique_ptr<Connector> connector_ =
        std::make_unique<Connector>(turned_.loop, turned_.timers, lookups_.context());
    std::vector<std::pair<Fd, std::string>> connected_;
    std::vector<Error> errors_;
};

TEST_F(ConnectorTest, ConnectsToAnAddress) {
    const Listening listening;
    connect("127.0.0.1", listening.port);
    ASSERT_TRUE(answered(1));
    ASSERT_EQ(connected_.size(), 1U);
    EXPECT_EQ(connected_[0].second, "127.0.0.1:" + std::to_string(listening.port));
    const Fd peer = listening.accept();
    EXPECT_EQ(::send(connected_[0].first.get(), "hi", 2, 0), 2);
    char bytes[2];
    EXPECT_EQ(::recv(peer.get(), bytes, 2, MSG_WAITALL), 2);
}

TEST_F(ConnectorTest, HandsOverSocketsThatDoNotWait) {
    const Listening listening;
    connect("127.0.0.1", listening.port);
    ASSERT_TRUE(answered(1));
    const int fd = connected_.at(0).first.get();
    EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    int no_delay = 0;
    socklen_t size = sizeof no_delay;
    ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size);
    EXPECT_NE(no_delay, 0);
}

TEST_F(ConnectorTest, TheSocketIsTheLoopsNoMore) {
    const Listening listening;
    connect("127.0.0.1", listening.port);
    ASSERT_TRUE(answered(1));
    struct Ignoring final : Watcher {
        void on_ready(std::uint32_t) override {}
    } another;
    EXPECT_NO_THROW(turned_.loop.watch(connected_.at(0).first.get(), 0, another));
}

TEST_F(ConnectorTest, SaysWhenNobodyListens) {
    Listening listening;
    listening.close();
    connect("127.0.0.1", listening.port);
    ASSERT_TRUE(answered(1));
    ASSERT_EQ(errors_.size(), 1U);
    EXPECT_EQ(errors_[0], (Error{Errc::unavailable, "Connection refused"}));
}

TEST_F(ConnectorTest, LooksNamesUpAndTriesEachAddress) {
    const Listening listening;  // on IPv4 only: where the name has an IPv6 address too, that is refused first
    connect("localhost", listening.port);
    ASSERT_TRUE(answered(1));
    ASSERT_EQ(connected_.size(), 1U);
    EXPECT_EQ(connected_[0].second, "127.0.0.1:" + std::to_string(listening.port));
}

TEST_F(ConnectorTest, SaysWhenTheNameIsNotKnown) {
    connect(std::string(300, 'x'), 1);  // longer than names can be: no server is asked
    ASSERT_TRUE(answered(1));
    EXPECT_EQ(errors_.at(0), (Error{Errc::unavailable, "the host is not known"}));
}

TEST_F(ConnectorTest, GivesUpAfterItsTime) {
    const Listening listening(0);
    const Fd first = connect_to(listening.port);  // fills the queue: the next one gets no answer
    connect("127.0.0.1", listening.port, 50ms);
    ASSERT_TRUE(answered(1));
    EXPECT_EQ(errors_.at(0), (Error{Errc::unavailable, "no answer in time"}));
}

TEST_F(ConnectorTest, MakesSeveralConnectionsAtOnce) {
    const Listening listening;
    for (int i = 0; i < 5; ++i) connect("127.0.0.1", listening.port);
    connect("localhost", listening.port);
    ASSERT_TRUE(answered(6));
    EXPECT_EQ(connected_.size(), 6U);
}

TEST_F(ConnectorTest, AnAnswerMayAskForTheNextConnection) {
    const Listening listening;
    connector_->connect({"127.0.0.1", listening.port}, [&](Result<Connected> result) {
        const Fd unwanted(result.has_value() ? result->fd : -1);
        connect("127.0.0.1", listening.port);
    });
    ASSERT_TRUE(answered(1));
    EXPECT_EQ(connected_.size(), 1U);
}

TEST_F(ConnectorTest, AnswersNobodyAfterItsEnd) {
    const Listening listening;
    connect("127.0.0.1", listening.port);
    connect("localhost", listening.port);
    connector_.reset();
    bool looked_up = false;
    boost::asio::ip::tcp::resolver resolver(lookups_.context());
    resolver.async_resolve("localhost", "1", [&](const auto&, const auto&) {
        turned_.loop.mailbox()->post([&] { looked_up = true; });  // behind the answer to the dead one
    });
    ASSERT_TRUE(turned_.turn_until([&] { return looked_up; }));
    EXPECT_TRUE(connected_.empty());
    EXPECT_TRUE(errors_.empty());
}

}  // namespace
}  // namespace stentor::net
