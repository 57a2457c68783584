#pragma once

#include "base/shared_bytes.hpp"
#include "sockjs/transport.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::transport {

/// What a run of messages is in a streaming response: one SockJS frame in the transport's wrapping, and a
/// chunk of HTTP/1.1 around it. The same for all sessions that owe the same run, which after a fan-out is all
/// of them: so it is made once and shared. Shard-local.
class SockjsPieces {
public:
    struct Piece {
        base::BytesRef bytes;
        std::size_t size = 0;  ///< of the body, without what makes a chunk of it
    };

    /// The piece for these messages, which are JSON strings already, in the response to that request.
    const Piece& of(std::span<const base::BytesRef> quoted, const sockjs::ReceivingTransport& transport,
                    const http::Request& request);
    /// Lets go of the last runs. Call at the end of a turn.
    void clear();

private:
    struct Made {
        const sockjs::ReceivingTransport* transport;
        int minor_version;
        bool is_head;
        std::vector<base::BytesRef> run;  ///< the references keep their addresses theirs
        Piece piece;
    };
    Made& place_for(const sockjs::ReceivingTransport& transport, const http::Request& request);

    std::vector<Made> made_;  ///< one for each kind of response, of which there are few
    std::vector<std::string_view> quoted_;
    std::string frame_;
    std::string wrapped_;
    std::string chunk_;
};

}  // namespace stentor::transport
