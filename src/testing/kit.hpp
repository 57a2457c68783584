#pragma once

#include "testing/network.hpp"
#include "testing/pipe_driver.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace stentor::test {

/// A client that takes part by itself: it answers pings and asks for more.
class Party {
public:
    virtual ~Party() = default;
    virtual void update() = 0;
};

/// What is behind a TestApp and its clients: an application moved by the test's own thread, by a clock that
/// stands still until the test moves it.
class Kit final : public Network {
public:
    /// What moves the application from now on.
    std::shared_ptr<PipeDriver> drive(const app::Blueprint& blueprint);
    void join(const std::shared_ptr<Party>& party) { parties_.emplace_back(party); }
    /// The application is gone.
    void end() { driver_ = nullptr; }

    using Network::connect;
    std::unique_ptr<Stream> connect(Speaks speaks, const Peer& peer) override;
    /// Waits by the real clock only for what does not belong to the application: users' own I/O, and their
    /// threads for as long as the test said.
    bool until(const std::function<bool()>& done) override;
    /// Until nobody has anything to do.
    void settle();
    void advance(base::Duration by);
    void set_patience(base::Duration patience) { patience_ = patience; }

    /// What would go on if the time did, in words for a failure; empty when there is nothing.
    [[nodiscard]] std::string sleeping() const;

private:
    PipeDriver& driver() const;

    std::shared_ptr<PipeDriver> driver_;
    std::vector<std::weak_ptr<Party>> parties_;
    base::Duration patience_{};
};

}  // namespace stentor::test
