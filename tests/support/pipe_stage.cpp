#include "app/inside.hpp"
#include "support/pipe_driver.hpp"
#include "support/stage.hpp"

#include <chrono>

namespace stentor::test {
namespace {

class PipeStream final : public Stream {
public:
    explicit PipeStream(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}
    ~PipeStream() override { pipe_->close(); }
    void send(std::string_view bytes) override { pipe_->send(bytes); }
    void receive() override { input += pipe_->take_output(); }
    [[nodiscard]] bool ended() const override { return pipe_->is_closed(); }
    void close() override { pipe_->close(); }

private:
    std::shared_ptr<Pipe> pipe_;
};

class PipeStage final : public Stage {
public:
    ~PipeStage() override { app.stop(); }

    void start() override {
        app::Inside::of(app).make_driver = [this](const app::Blueprint& blueprint) {
            return driver_ = std::make_shared<PipeDriver>(blueprint);
        };
        app.start(config);
    }
    void stop(const std::function<void()>& meanwhile) override {
        app.stop();
        meanwhile();
    }
    std::unique_ptr<Stream> connect(Speaks speaks) override {
        return std::make_unique<PipeStream>(driver_->accept(speaks));
    }
    /// Only what users wait for takes real time.
    bool until(const std::function<bool()>& done) override {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!done()) {
            if (driver_->turn()) continue;
            if (done()) return true;
            if (std::chrono::steady_clock::now() > deadline) return false;
            driver_->wait();
        }
        return true;
    }

private:
    std::shared_ptr<PipeDriver> driver_;
};

}  // namespace

std::unique_ptr<Stage> make_stage() { return std::make_unique<PipeStage>(); }

}  // namespace stentor::test
