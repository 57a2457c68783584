#pragma once

#include "client.hpp"
#include "http_response.hpp"

namespace stentor::bench {

/// STOMP over a SockJS session: one connection streams down, another sends; a batch of messages waits while
/// one is on its way. Shard-local.
class XhrClient final : public Client {
public:
    XhrClient(Loop& loop, Server& server, const Script& script, Listener& listener, std::uint32_t number);

    void open() override { down_.wire.open(server_.address); }
    void close() override;
    void queue(std::string_view encoded) override;
    void flush() override;
    void acknowledge_at_once() override { down_.wire.acknowledge_at_once(); }
    void on_open(Wire& wire) override;
    void on_bytes(Wire& wire, std::string_view bytes) override;
    void on_end(Wire& wire, const std::string& why) override;

private:
    struct Way {
        Way(Loop& loop, Wire::Owner& owner, const char* its_name) : name(its_name), wire(loop, owner) {}
        const char* name;
        Wire wire;
        bool open = false;
        bool waiting = false;  ///< for a response or its rest
        HttpResponses responses = {};
        Carry carry = {};
    };

    Way& way_of(const Wire& wire) { return &wire == &down_.wire ? down_ : up_; }
    void post(Way& way, std::string_view body);
    void post_batch();
    void take(Way& way, const HttpResponses::Piece& piece);
    void ended(Way& way);
    void lines(std::string_view piece);
    void frame(std::string_view frame);

    Way down_;
    Way up_;
    std::string session_;  ///< the path of it, without the transport
    std::string batch_;    ///< strings of JSON, commas between them
    Carry line_;
    std::string text_;
};

}  // namespace stentor::bench
