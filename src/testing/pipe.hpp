#pragma once

#include "net/wire.hpp"
#include "testing/network.hpp"

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace stentor::test {

/// A byte stream in memory, seen from the peer. It outlives the wire, which may move from shard to shard.
/// Shard-local.
class Pipe {
public:
    explicit Pipe(Peer peer = {}) : peer_(std::move(peer)) {}
    explicit Pipe(std::string remote_address) : Pipe(Peer{std::move(remote_address)}) {}

    // The peer's side.
    void send(std::string_view bytes) { input_ += bytes; }
    void close() { peer_closed_ = true; }
    /// What the server sent and was not yet taken.
    [[nodiscard]] std::string& output() { return output_; }
    std::string take_output() { return std::exchange(output_, {}); }
    /// The server has ended its direction, or the stream.
    [[nodiscard]] bool is_closed() const { return state_ != State::open; }
    [[nodiscard]] bool is_aborted() const { return state_ == State::aborted; }

    /// From now on the peer takes nothing: what the server sends stays owed.
    void stop_reading() { reads_ = false; }
    /// It takes again, first what is owed.
    void read_again() {
        reads_ = true;
        if (owed_.empty()) return;
        output_ += std::exchange(owed_, {});
        if (user_ != nullptr && state_ == State::open) user_->on_drained();
    }

    [[nodiscard]] std::size_t owed() const { return owed_.size(); }
    /// It takes again, in its shard's next turn.
    void read_again_soon() {
        reads_ = true;
        if (state_ == State::finished) return take_owed();  // nobody waits to hear of it
        owes_drained_ = !owed_.empty();
    }
    [[nodiscard]] bool owes_drained() const { return owes_drained_; }
    void tell_drained() {
        if (std::exchange(owes_drained_, false)) read_again();
    }

    /// What is owed leaves as at the end of a turn: nobody is told.
    void take_owed() { output_ += std::exchange(owed_, {}); }

    /// The server's next send() fails, as if memory had run out.
    void fail_next_send() { fails_ = true; }

    /// The server reads no more for now.
    [[nodiscard]] bool is_paused() const { return paused_; }

    /// Who the peer is, where the test says so.
    [[nodiscard]] const std::optional<Principal>& principal() const { return peer_.principal; }

    // The driver's side. Bytes arrive only while the server reads, and before the end.
    [[nodiscard]] bool has_input() const {
        return user_ != nullptr && state_ == State::open && !paused_ && !input_.empty();
    }
    void deliver_input() {
        if (!has_input()) return;
        std::string bytes = std::exchange(input_, {});
        user_->on_bytes(bytes);
    }
    [[nodiscard]] bool owes_closed() const {
        return user_ != nullptr && !told_ && ((peer_closed_ && !paused_) || state_ != State::open);
    }
    /// At the end of a turn: the peer of a finished stream closes its side too.
    void tell_closed() {
        if (!owes_closed()) return;
        told_ = true;
        if (state_ == State::open) state_ = State::aborted;
        user_->on_closed();
    }
    /// Both, for tests that have no driver.
    void exchange_all() {
        deliver_input();
        tell_closed();
    }

private:
    friend class PipeWire;
    enum class State : unsigned char { open, finished, aborted };

    Peer peer_;
    std::string input_;
    std::string output_;
    std::string owed_;
    bool reads_ = true;
    bool owes_drained_ = false;
    net::WireUser* user_ = nullptr;
    State state_ = State::open;
    bool peer_closed_ = false;
    bool told_ = false;
    bool fails_ = false;
    bool paused_ = false;
};

/// The server's end of a pipe.
class PipeWire final : public net::Wire {
public:
    explicit PipeWire(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}
    ~PipeWire() override {
        if (!pipe_) return;
        pipe_->user_ = nullptr;
        if (pipe_->state_ == Pipe::State::open) pipe_->state_ = Pipe::State::aborted;
    }

    void start(net::WireUser& user) { pipe_->user_ = &user; }
    /// Gives the pipe away to a wire on another shard.
    [[nodiscard]] std::shared_ptr<Pipe> release() {
        remote_address_ = pipe_->peer_.remote_address;
        pipe_->user_ = nullptr;
        return std::exchange(pipe_, nullptr);
    }
    [[nodiscard]] const std::shared_ptr<Pipe>& pipe() const { return pipe_; }

    void send(base::BytesRef bytes) override {
        if (!pipe_ || pipe_->state_ != Pipe::State::open) return;
        if (std::exchange(pipe_->fails_, false)) throw std::bad_alloc();
        (pipe_->reads_ && pipe_->owed_.empty() ? pipe_->output_ : pipe_->owed_) += bytes->view();
    }
    [[nodiscard]] std::size_t unsent() const override { return pipe_ ? pipe_->owed_.size() : 0; }
    [[nodiscard]] bool was_too_slow() const override { return was_too_slow_; }
    void note_too_slow() override { was_too_slow_ = true; }
    void finish() override { end(Pipe::State::finished); }
    void abort() override { end(Pipe::State::aborted); }
    void pause() override { pipe_->paused_ = true; }
    void resume() override { pipe_->paused_ = false; }
    void set_user(net::WireUser& user) override { pipe_->user_ = &user; }
    [[nodiscard]] const std::string& remote_address() const override {
        return pipe_ ? pipe_->peer_.remote_address : remote_address_;
    }

private:
    void end(Pipe::State state) {
        if (pipe_ && pipe_->state_ == Pipe::State::open) pipe_->state_ = state;
    }

    std::shared_ptr<Pipe> pipe_;
    bool was_too_slow_ = false;
    std::string remote_address_;
};

}  // namespace stentor::test
