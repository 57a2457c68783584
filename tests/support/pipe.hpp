#pragma once

#include "net/wire.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace stentor::net {

/// One end of a byte stream in memory: the whole application runs over it without a socket. What the application sends
/// collects in output(); the driver plays the peer with receive() and close_by_peer(). Shard-local.
class Pipe final : public Wire {
public:
    explicit Pipe(std::string remote_address = "pipe") : remote_address_(std::move(remote_address)) {}

    void start(WireUser& user) { user_ = &user; }

    // The peer's side.
    void receive(std::string_view bytes);
    void close_by_peer();
    /// What was sent and not yet taken.
    [[nodiscard]] const std::string& output() const { return output_; }
    [[nodiscard]] std::string take_output() { return std::exchange(output_, {}); }
    [[nodiscard]] bool is_closed() const { return state_ != State::open; }

    void send(base::BytesRef bytes) override;
    [[nodiscard]] std::size_t unsent() const override { return 0; }
    void finish() override;
    void abort() override;
    void set_user(WireUser& user) override { user_ = &user; }
    [[nodiscard]] const std::string& remote_address() const override { return remote_address_; }

    /// To be called at the end of a turn: tells the user of a closing that happened in it.
    void end_turn();

private:
    enum class State : unsigned char { open, finished, closed };

    WireUser* user_ = nullptr;
    std::string remote_address_;
    std::string output_;
    State state_ = State::open;
    bool told_ = false;
};

}  // namespace stentor::net
