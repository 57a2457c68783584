#pragma once

#include "loop.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::bench {

/// Where a server listens, found once.
struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};

/// Throws Failure when the name cannot be found.
Address resolve(const std::string& host, std::uint16_t port);

/// One TCP connection that never blocks. Shard-local.
class Wire : public Watched {
public:
    /// Told what happens. What it throws ends the measurement.
    class Owner {
    public:
        virtual void on_open(Wire& wire) = 0;
        virtual void on_bytes(Wire& wire, std::string_view bytes) = 0;
        /// The connection could not be made, or it ended; the wire is closed already.
        virtual void on_end(Wire& wire, const std::string& why) = 0;

    protected:
        ~Owner() = default;
    };

    Wire(Loop& loop, Owner& owner) : loop_(loop), owner_(owner) {}
    ~Wire() override { close(); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    void open(const Address& address);
    /// Bytes for the next flush.
    void queue(std::string_view bytes) { out_.append(bytes); }
    void flush();
    /// What is read is acknowledged then, until data goes both ways at once again.
    void acknowledge_at_once();
    /// With a reset, so that no port of ours stays taken.
    void close();

    void on_event(std::uint32_t events) override;

private:
    void opened();
    void read();
    void end(const std::string& why);

    Loop& loop_;
    Owner& owner_;
    int fd_ = -1;
    bool opening_ = false;
    bool blocked_ = false;
    std::string out_;
};

}  // namespace stentor::bench
