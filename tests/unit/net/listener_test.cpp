#include "net/listener.hpp"

#include "base/log.hpp"

#include "unit/net/sockets.hpp"
#include "unit/net/turned_loop.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>

#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace stentor::net {
namespace {

using namespace test;

class ListenerTest : public ::testing::Test {
protected:
    Listener listen(const std::string& address = "127.0.0.1", std::uint16_t port = 0) {
        return Listener(turned_.loop, turned_.timers, address, port, [this](int fd, std::string peer) {
            accepted_.emplace_back(Fd(fd), std::move(peer));
        });
    }
    /// What listening there says.
    std::string problem(const std::string& address, std::uint16_t port) {
        try {
            (void)listen(address, port);
        } catch (const std::system_error& error) { return error.what(); }
        return "none";
    }
    /// Accepts one connection, and forgets it. UBSan looks at an object's type the first time it is used, for
    /// which it opens a pipe: that must have happened before no descriptor is left.
    void accept_once() {
        Listener listener = listen();
        listener.start();
        const Fd client = connect_to(listener.port());
        ASSERT_TRUE(accepts(1));
        listener.stop();
        accepted_.clear();
        log::error("out_of_descriptors_test");
        turned_.turns = 0;
    }
    [[nodiscard]] bool accepts(std::size_t count) {
        return turned_.turn_until([this, count] { return accepted_.size() >= count; });
    }

    TurnedLoop turned_;
    std::vector<std::pair<Fd, std::string>> accepted_;
};

TEST_F(ListenerTest, ListensOnAPortTheSystemChose) {
    Listener listener = listen();
    EXPECT_NE(listener.port(), 0);
    listener.start();
    const Fd client = connect_to(listener.port());
    ASSERT_TRUE(accepts(1));
    EXPECT_EQ(accepted_[0].second, own_address(client.get()));
}

TEST_F(ListenerTest, HandsOverSocketsThatDoNotWait) {
    Listener listener = listen();
    listener.start();
    const Fd client = connect_to(listener.port());
    ASSERT_TRUE(accepts(1));
    const int fd = accepted_[0].first.get();
    EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(ListenerTest, HandsOverSocketsThatSendAtOnceAndGiveUpOnASilentPeer) {
    Listener listener = listen();
    listener.start();
    const Fd client = connect_to(listener.port());
    ASSERT_TRUE(accepts(1));
    const auto option = [&](int name) {
        int value = -1;
        socklen_t size = sizeof value;
        ::getsockopt(accepted_[0].first.get(), IPPROTO_TCP, name, &value, &size);
        return value;
    };
    EXPECT_EQ(option(TCP_NODELAY), 1);
    EXPECT_EQ(option(TCP_USER_TIMEOUT), 30'000);
}

TEST_F(ListenerTest, AcceptsMoreThanOneTurnTakes) {
    Listener listener = listen();
    listener.start();
    std::vector<Fd> clients;
    for (int i = 0; i < 200; ++i) clients.push_back(connect_to(listener.port()));
    EXPECT_TRUE(accepts(200));
}

TEST_F(ListenerTest, AcceptsOnlyBetweenStartAndStop) {
    Listener listener = listen();
    const Fd first = connect_to(listener.port());
    turned_.turn();
    EXPECT_TRUE(accepted_.empty());
    listener.start();
    listener.start();
    ASSERT_TRUE(accepts(1));
    listener.stop();
    listener.stop();
    const Fd second = connect_to(listener.port());
    turned_.turn();
    EXPECT_EQ(accepted_.size(), 1U);
    listener.start();
    EXPECT_TRUE(accepts(2));
}

TEST_F(ListenerTest, SurvivesAPeerThatResetsBeforeItIsAccepted) {
    Listener listener = listen();
    Peer(connect_to(listener.port())).reset_stream();
    const Fd second = connect_to(listener.port());
    listener.start();
    ASSERT_TRUE(turned_.turn_until(
        [&] { return !accepted_.empty() && accepted_.back().second == own_address(second.get()); }));
}

TEST_F(ListenerTest, NamesTheAddressThatIsInUse) {
    const Listener first = listen();
    const std::string where = "127.0.0.1:" + std::to_string(first.port());
    EXPECT_EQ(problem("127.0.0.1", first.port()), "cannot listen on " + where + ": Address already in use");
}

TEST_F(ListenerTest, NamesTheAddressThatIsNotHere) {
    EXPECT_TRUE(
        problem("no.such.address.invalid", 0).starts_with("cannot listen on no.such.address.invalid"));
    EXPECT_TRUE(problem("192.0.2.1", 0).starts_with("cannot listen on 192.0.2.1:0"))
        << "RFC 5737, TEST-NET-1";
}

/// While it lives, the process cannot open another file.
class NoDescriptorsLeft {
public:
    NoDescriptorsLeft() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const Fd lowest_free(::dup(0));
        rlimit none = before_;
        none.rlim_cur = static_cast<rlim_t>(lowest_free.get());
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

std::size_t dropped(std::vector<Peer>& clients) {
    return static_cast<std::size_t>(std::ranges::count_if(clients, [](Peer& client) {
        (void)client.read();
        return client.ended || client.reset;
    }));
}

/// T5: pause, drop newcomers with the spare descriptor, resume; existing sessions go on.
TEST_F(ListenerTest, OutOfDescriptorsItPausesInsteadOfSpinning) {
    accept_once();
    Listener listener = listen();
    listener.start();
    std::vector<Peer> clients;
    for (int i = 0; i < 8; ++i) clients.emplace_back(connect_to(listener.port()));
    {
        const NoDescriptorsLeft none;
        ASSERT_TRUE(turned_.turn_until([&] { return dropped(clients) >= 3; }));
        EXPECT_TRUE(accepted_.empty());
        EXPECT_LE(turned_.turns, 20) << "each pause is longer than the last";
    }
    const std::size_t left = clients.size() - dropped(clients);
    EXPECT_GT(left, 0U);
    EXPECT_TRUE(accepts(left));
    EXPECT_EQ(dropped(clients) + accepted_.size(), clients.size());
    const Fd newcomer = connect_to(listener.port());
    EXPECT_TRUE(accepts(left + 1));
}

TEST_F(ListenerTest, APausedListenerMayBeStopped) {
    accept_once();
    Listener listener = listen();
    listener.start();
    std::vector<Peer> clients;
    clients.emplace_back(connect_to(listener.port()));
    clients.emplace_back(connect_to(listener.port()));
    {
        const NoDescriptorsLeft none;
        ASSERT_TRUE(turned_.turn_until([&] { return dropped(clients) != 0; }));
        listener.stop();
    }
    EXPECT_EQ(turned_.timers.next_deadline(), base::never);
    turned_.turn();
    EXPECT_TRUE(accepted_.empty());
}

}  // namespace
}  // namespace stentor::net
