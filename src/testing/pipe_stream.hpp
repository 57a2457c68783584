#pragma once

#include "testing/network.hpp"
#include "testing/pipe.hpp"

#include <memory>
#include <utility>

namespace stentor::test {

/// The client's end of a pipe.
class PipeStream final : public Stream {
public:
    explicit PipeStream(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}
    ~PipeStream() override { pipe_->close(); }

    void send(std::string_view bytes) override { pipe_->send(bytes); }
    void receive() override { input += pipe_->take_output(); }
    [[nodiscard]] bool ended() const override { return pipe_->is_closed(); }
    void close() override { pipe_->close(); }
    void stall(bool on) override {
        if (on) pipe_->stop_reading();
        else pipe_->read_again_soon();
    }

private:
    std::shared_ptr<Pipe> pipe_;
};

}  // namespace stentor::test
