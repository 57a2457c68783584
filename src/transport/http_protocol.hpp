#pragma once

#include "http/request_parser.hpp"
#include "sockjs/transport.hpp"
#include "transport/receiver.hpp"
#include "transport/site.hpp"

#include <optional>
#include <string>

namespace stentor::transport {

/// An HTTP connection: requests in, responses out, one at a time and in order. Routes each to a file, an
/// upgrade or SockJS; a SockJS receiving request keeps it busy until its response ends. Shard-local.
class HttpProtocol final : public Protocol, public Receiver {
public:
    HttpProtocol(Site& site, net::Wire& wire);
    ~HttpProtocol() override;

    /// Goes on with a connection that came from another shard.
    void resume(const http::Request& request, std::string_view rest);

    void on_bytes(std::span<char> bytes) override;
    void on_closed() override;
    void shut_down() override;

    // Receiver: the response to a SockJS receiving request.
    void begin(ReceiverUser& user, const sockjs::ReceivingTransport& transport,
               const http::Request& request) override;
    void frame(std::string_view frame) override;
    void end() override;

    // For the routes.
    [[nodiscard]] net::Wire& wire() { return wire_; }
    void respond(const http::Request& request, http::Response response);
    void upgrade(const http::Request& request, const Endpoint& endpoint, bool sockjs_frames);
    void hand_over(unsigned shard, const http::Request& request);

private:
    enum class Phase : std::uint8_t { reading, receiving, gone };

    void process();
    void route(const http::Request& request);
    void refuse(const http::Refusal& refusal);
    [[nodiscard]] http::Response transport_response() const;
    void rearm();
    void on_time();

    Site& site_;
    net::Wire& wire_;
    http::RequestParser parser_;
    base::Timer timer_;
    Phase phase_ = Phase::reading;
    bool resume_ = false;            ///< a response ended: what was pipelined comes next
    std::size_t waiting_bytes_ = 0;  ///< arrived while a response was under way

    // While receiving:
    ReceiverUser* user_ = nullptr;
    const sockjs::ReceivingTransport* transport_ = nullptr;
    http::Request request_;
    std::size_t streamed_ = 0;
};

}  // namespace stentor::transport
