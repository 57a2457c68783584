#pragma once

#include "stentor/stentor.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace stentor::test {

/// One connection, seen from the client.
class Stream {
public:
    virtual ~Stream() = default;
    virtual void send(std::string_view bytes) = 0;
    /// Moves what has arrived behind `input`.
    virtual void receive() = 0;
    /// The server has ended it.
    [[nodiscard]] virtual bool ended() const = 0;
    virtual void close() = 0;

    std::string input;
};

enum class Speaks { http, stomp };

/// A whole application for a test: over pipes and a counted clock in one thread, or over sockets with
/// threads. Register with `app`, set `config`, then start().
class Stage {
public:
    virtual ~Stage() = default;
    virtual void start() = 0;
    /// Ends the application. The clients do `meanwhile` again and again until it has; what it sent before can
    /// still be received.
    virtual void stop(const std::function<void()>& meanwhile) = 0;
    void stop() {
        stop([] {});
    }
    virtual std::unique_ptr<Stream> connect(Speaks speaks) = 0;
    /// Lets things happen until `done`; false when that takes more than ten seconds.
    virtual bool until(const std::function<bool()>& done) = 0;

    /// How many MESSAGE frames all shards have encoded.
    std::uint64_t encoded();
    /// Runs `work` on a thread that is no shard's, and waits.
    static void on_another_thread(const std::function<void()>& work);

    App app;
    Config config;
};

/// Over pipes or over sockets, as the program is linked.
std::unique_ptr<Stage> make_stage();

}  // namespace stentor::test
