#pragma once

#include "testing/network.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::test {

/// A client's way to exchange texts with a session, whatever carries them.
class Carrier {
public:
    virtual ~Carrier() = default;
    virtual void send(std::string_view text) = 0;
    /// Reads what has arrived: texts go behind `received`, one after the other. Answers what clients answer
    /// by themselves, as pings.
    virtual void update() = 0;
    virtual void send_binary(std::string_view bytes);
    virtual void send_close(unsigned code, std::string_view reason);

    /// The first of the messages in `received`, where they are taken one by one.
    struct Message {
        std::string payload;
        bool binary = false;
    };
    std::optional<Message> take_message();
    /// All of `received`.
    std::string take_received();
    /// Whether it takes nothing; then update() must not be called. Over pipes only.
    virtual void stall(bool on) = 0;

    std::string received;
    std::size_t messages = 0;
    std::optional<unsigned> close_code;  ///< how the server closed it
    std::string close_reason;
    bool ended = false;  ///< nothing more can come

protected:
    void arrived(std::string_view payload, bool binary = false);

private:
    struct Extent {
        std::size_t size;
        bool binary;
    };
    std::deque<Extent> extents_;
};

enum class Transport { tcp, websocket, raw_websocket, sockjs_websocket, xhr_streaming, xhr };

/// How a session is opened: by whom, and with which header fields besides the protocol's ("Origin: x\r\n").
struct Opening {
    Peer peer = {};
    std::string fields = {};
};

/// Opens a session at `path` (for tcp: at the STOMP port) and waits until it is open. Throws
/// testing::Failure.
std::unique_ptr<Carrier> open_carrier(Network& network, Transport transport, const std::string& path,
                                      const Opening& opening = {});

/// An HTTP response as it arrives.
class HttpReader {
public:
    /// Takes what belongs to the present response off `input`.
    void read(std::string& input);
    /// Makes ready for the next response.
    void reset() { *this = {}; }

    int status = 0;
    std::string head;
    std::string body;
    bool complete = false;

private:
    void read_chunks(std::string& input);
};

/// One request, and the whole response to it: status and body.
struct HttpAnswer {
    int status = 0;
    std::string head;
    std::string body;
};
HttpAnswer ask(Network& network, Stream& stream, std::string_view request);

/// A request's head and body.
std::string http_request(std::string_view method, std::string_view target, std::string_view fields = {},
                         std::string_view body = {});
std::string upgrade_request(std::string_view target, std::string_view fields = {});

}  // namespace stentor::test
