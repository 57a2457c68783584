#pragma once

#include "carry.hpp"
#include "inflater.hpp"
#include "stomp_frames.hpp"
#include "target.hpp"
#include "wire.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::bench {

/// What a client says to open its session, encoded for its transport. Immutable, shared by many clients.
struct Script {
    std::string connect = {};     ///< empty: no STOMP is spoken
    std::string subscribe = {};   ///< empty: it subscribes to nothing
    bool awaits_receipt = false;  ///< of the SUBSCRIBE
};

/// What the clients of one target share. Shard-local.
struct Server {
    Target target;
    Address address = {};
    std::string handshake = {};    ///< of WebSocket
    bool unchecked = false;        ///< compressed messages are counted, not inflated
    std::uint64_t compressed = 0;  ///< messages that came compressed
    std::uint64_t beat_every = 0;  ///< ms that the server wants between a client's heart-beats
    Inflater inflater{Inflater::Context::reset};
};

/// A session with a server: opens it, answers pings, hands messages over. Everything that should not happen
/// throws Failure. Shard-local.
class Client : public Wire::Owner {
public:
    class Listener {
    public:
        virtual void on_ready(Client& client) = 0;
        virtual void on_message(Client& client, std::string_view body) = 0;
        /// Everything that one read brought has been handed over.
        virtual void on_read(Client& client) = 0;

    protected:
        ~Listener() = default;
    };

    Client(Server& server, const Script& script, Listener& listener, std::uint32_t number)
        : server_(server), script_(&script), listener_(listener), number_(number) {}
    virtual ~Client() = default;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    virtual void open() = 0;
    /// It stays until the turn of the loop is over: an event of its own may be under way.
    virtual void close() = 0;
    /// A message as encode() made it, for the next flush().
    virtual void queue(std::string_view encoded) = 0;
    virtual void flush() = 0;
    virtual void acknowledge_at_once() = 0;

    [[nodiscard]] std::uint32_t number() const { return number_; }
    [[nodiscard]] bool ready() const { return phase_ == Phase::ready; }
    /// It waits for the receipt of its SUBSCRIBE and for nothing else.
    [[nodiscard]] bool awaits_receipt() const { return phase_ == Phase::subscribing; }
    /// "while connecting": for messages about what did not happen.
    [[nodiscard]] const char* doing() const;

    void on_end(Wire& wire, const std::string& why) override;

protected:
    enum class Phase { opening, connecting, subscribing, ready };

    /// The transport is open.
    void opened();
    /// A piece of the stream of STOMP frames.
    void stomp(std::string_view piece);
    [[noreturn]] void fail(const std::string& why) const;
    [[nodiscard]] bool raw() const { return script_->connect.empty(); }

    Server& server_;
    const Script* script_;
    Listener& listener_;

private:
    void handle(const StompFrame& frame);
    void connected(const StompFrame& frame);

    std::uint32_t number_;
    Phase phase_ = Phase::opening;
    Carry text_;
};

/// A message (STOMP frame or not) as a client's queue() takes it.
std::string encode(Transport transport, std::string_view message);

std::unique_ptr<Client> make_client(Loop& loop, Server& server, const Script& script,
                                    Client::Listener& listener, std::uint32_t number);

}  // namespace stentor::bench
