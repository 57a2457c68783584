#pragma once

#include "stentor/result.hpp"
#include "stomp/frame.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::stomp {

struct Limits {
    std::size_t max_command = 32;           ///< bytes of the command line
    std::size_t max_header_line = 8 * 1024; ///< bytes of one header line as sent
    std::size_t max_headers = 100;          ///< entries of one frame, repeated ones counted
    std::size_t max_header_bytes = 32 * 1024;
    std::size_t max_body = 64 * 1024;
    std::size_t max_first_frame = 16 * 1024;///< the whole frame while no version is agreed (before CONNECTED)
};

/// Whose frames are read: a server reads clients' commands and refuses the server's, a client the other way round.
enum class Peer : std::uint8_t { client, server };

/// Turns bytes into STOMP frames (STOMP 1.2, "Augmented BNF"), the same however the bytes are cut. EOLs between frames
/// are heart-beats and are skipped. Owns no socket. Shard-local.
///
/// Per version: 1.0 has no escapes and trims blanks around names and values; 1.1 knows \n \c \\ ; 1.2 adds \r and lets
/// lines end in CR LF. CONNECT, STOMP and CONNECTED are never unescaped. Until `set_version` the rules of 1.2 hold.
class Decoder {
public:
    explicit Decoder(Limits limits = {}, Peer reads_from = Peer::client);

    void set_version(Version version);
    /// Takes more bytes. Frames given earlier are no longer valid.
    void feed(std::string_view bytes);
    /// The next whole frame; empty while more bytes are needed. After an error it stays failed.
    [[nodiscard]] Result<std::optional<Frame>> next();
    /// True while a frame has begun and is not whole: what a frame-completion timeout watches.
    [[nodiscard]] bool in_frame() const;
    /// What is known of a frame that failed to decode, so that its ERROR can carry the receipt-id it asked for.
    [[nodiscard]] std::optional<std::string> failed_receipt() const;

    // The implementer chooses the private part.
};

}  // namespace stentor::stomp
