#pragma once

#include "http/request_parser.hpp"
#include "sockjs/transport.hpp"
#include "transport/receiver.hpp"
#include "transport/site.hpp"

#include <memory>
#include <optional>
#include <string>

namespace stentor::transport {

/// An HTTP connection: requests in, responses out, one at a time and in order. Routes each to a file, an
/// upgrade or SockJS; a SockJS receiving request keeps it busy until its response ends. Shard-local.
class HttpProtocol final : public Protocol, public Receiver {
public:
    HttpProtocol(Site& site, net::Wire& wire, Seat& seat);
    ~HttpProtocol() override;

    /// Goes on with a connection that came from another shard.
    void resume(const HandedOver& connection);

    void on_bytes(std::span<char> bytes) override;
    void on_drained() override;
    void on_closed() override;
    void shut_down() override;

    // Receiver: the response to a SockJS receiving request.
    void begin(ReceiverUser& user, const sockjs::ReceivingTransport& transport,
               const http::Request& request) override;
    void frame(std::string_view frame) override;
    void messages(std::span<const base::BytesRef> quoted) override;
    void end() override;
    [[nodiscard]] std::size_t unsent() const override { return wire_.unsent(); }
    std::size_t write_now() override { return wire_.write_now(); }

    // For the routes.
    [[nodiscard]] net::Wire& wire() { return wire_; }
    [[nodiscard]] const std::string& peer() const { return wire_.remote_address(); }
    void respond(const http::Request& request, http::Response response);
    /// A response that waits.
    struct Late {
        HttpProtocol& http;
        http::Request request;
        http::Response response;
        /// Another one instead, at once; not from within a call of the connection.
        void respond(http::Response other) {
            response = std::move(other);
            http.respond_now();
        }
    };
    /// Nothing more is read before that.
    std::weak_ptr<Late> respond_later(const http::Request& request, http::Response response,
                                      base::Duration rest);
    void upgrade(const http::Request& request, const Endpoint& endpoint, bool sockjs_frames);
    /// Finds out who sends a request and goes on with it, maybe later: nothing more is read before. Who may
    /// not is answered here.
    using Identified = std::function<void(const http::Request&, const std::optional<Authentication>&)>;
    void identify(const http::Request& request, const Endpoint& endpoint, Identified then);
    void hand_over(unsigned shard, const http::Request& request);

private:
    enum class Phase : std::uint8_t { reading, resting, identifying, receiving, gone };
    /// What a connection that is read from waits for, each with its own time.
    enum class Awaited : std::uint8_t { nothing, first_request, next_request, head, body };

    /// A request of which is being found out who sends it.
    struct Unknown {
        http::Request request;
        const Endpoint& endpoint;
        Identified then;
        std::optional<Authentication> by_wire;
        security::AuthenticationManager::Question question = {};
    };

    void process();
    void identified(const security::AuthenticationManager::Outcome& outcome);
    void admit(const Unknown& unknown, const security::AuthenticationManager::Outcome& outcome);
    void refuse_unknown(const Unknown& unknown, const Error& error,
                        std::chrono::seconds retry_after = std::chrono::seconds(0));
    void upgrade_as(const http::Request& request, const Endpoint& endpoint, bool sockjs_frames,
                    const std::optional<Authentication>& who);
    void route(const http::Request& request);
    void refuse(const http::Refusal& refusal);
    [[nodiscard]] http::Response transport_response() const;
    [[nodiscard]] std::string_view strict_transport_security() const;
    void stream(base::BytesRef piece, std::size_t size);
    void end_response();
    void rearm();
    [[nodiscard]] Awaited awaited() const;
    [[nodiscard]] base::TimePoint deadline() const;
    void on_time();
    void respond_now();
    void count_pipelined(std::string_view bytes);
    void forget_pipelined();

    Site& site_;
    net::Wire& wire_;
    Seat& seat_;
    http::RequestParser parser_;
    base::Timer timer_;
    Phase phase_ = Phase::reading;
    bool resume_ = false;  ///< a response ended: what was pipelined comes next
    std::size_t requests_ = 0;
    Awaited awaited_ = Awaited::first_request;
    base::TimePoint since_;  ///< since when that is awaited
    // What arrived while a response is under way; `ahead_` reads it only to count the requests in it.
    std::optional<http::RequestParser> ahead_;
    std::size_t pipelined_ = 0;
    std::size_t pipelined_bytes_ = 0;

    std::shared_ptr<Late> late_;        ///< while resting
    std::unique_ptr<Unknown> unknown_;  ///< while identifying

    // While receiving:
    ReceiverUser* user_ = nullptr;
    const sockjs::ReceivingTransport* transport_ = nullptr;
    http::Request request_;
    std::size_t streamed_ = 0;
};

}  // namespace stentor::transport
