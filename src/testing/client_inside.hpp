#pragma once

#include "stentor/testing/clients.hpp"
#include "testing/kit.hpp"
#include "testing/stomp_client.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace stentor::testing {

/// What is behind a client: its way to the application.
class Client::Inside : public test::Party {
public:
    Inside(std::shared_ptr<test::Kit> kit, std::string name) : kit_(std::move(kit)), name_(std::move(name)) {}

    /// Null once it is lost.
    [[nodiscard]] virtual test::Carrier* carrier() = 0;
    virtual void lose() = 0;

    [[nodiscard]] test::Kit& kit() { return *kit_; }
    /// The carrier; fails when the connection was lost by the test itself.
    test::Carrier& connection();
    [[noreturn]] void fail(const std::string& what) const;
    /// Why nothing (more) came, in words.
    [[nodiscard]] std::string why_not();

private:
    std::shared_ptr<test::Kit> kit_;
    std::string name_;
};

/// Of a raw session.
class RawInside final : public Client::Inside {
public:
    RawInside(std::shared_ptr<test::Kit> kit, std::string name, std::unique_ptr<test::Carrier> carrier)
        : Inside(std::move(kit), std::move(name)), carrier_(std::move(carrier)) {}

    [[nodiscard]] test::Carrier* carrier() override { return carrier_.get(); }
    void lose() override { carrier_ = nullptr; }
    void update() override {
        if (carrier_) carrier_->update();
    }

private:
    std::unique_ptr<test::Carrier> carrier_;
};

class StompClient::Stomp final : public Client::Inside {
public:
    Stomp(std::shared_ptr<test::Kit> kit, std::string name, std::unique_ptr<test::StompClient> client)
        : Inside(std::move(kit), std::move(name)), client_(std::move(client)) {}

    [[nodiscard]] test::Carrier* carrier() override { return client_ ? &client_->carrier() : nullptr; }
    void lose() override {
        client_ = nullptr;
        frames_.clear();
    }
    void update() override;

    void send(std::string_view command, const Headers& headers, std::string_view body);
    void send_raw(std::string_view bytes);
    /// The first frame of which `is_wanted` holds; waits for one, and fails with `expected` where none comes.
    Frame take(const std::string& expected, const std::function<bool(const Frame&)>& is_wanted);
    /// The next frame, which must be of that command.
    Frame take_next(std::string_view command);
    /// Sends it with a receipt, and takes that.
    void send_and_wait(std::string_view command, Headers headers);
    void expect_receipt(std::string_view id, const std::string& of);
    void expect_nothing();

    Frame connected;
    unsigned last_subscription = 0;

private:
    [[nodiscard]] std::string what_came() const;

    std::unique_ptr<test::StompClient> client_;
    std::deque<Frame> frames_;
    unsigned last_receipt_ = 0;
};

}  // namespace stentor::testing
