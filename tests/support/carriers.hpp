#pragma once

#include "support/stage.hpp"

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
    /// Reads what has arrived: texts go behind `received`, one after the other.
    virtual void update() = 0;

    std::string received;
    std::size_t messages = 0;
    std::optional<unsigned> close_code;  ///< how the server closed it
    bool ended = false;                  ///< nothing more can come
};

enum class Transport { tcp, websocket, raw_websocket, sockjs_websocket, xhr_streaming, xhr };

/// Opens a session at `path` (for tcp: at the STOMP port) and waits until it is open.
std::unique_ptr<Carrier> open_carrier(Stage& stage, Transport transport, const std::string& path);

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
HttpAnswer ask(Stage& stage, Stream& stream, std::string_view request);

/// A request's head and body.
std::string http_request(std::string_view method, std::string_view target, std::string_view fields = {},
                         std::string_view body = {});
std::string upgrade_request(std::string_view target, std::string_view fields = {});

}  // namespace stentor::test
