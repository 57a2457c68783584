#pragma once

#include "websocket/frame.hpp"
#include "websocket/zlib_stream.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace stentor::websocket {

struct DeflaterOptions {
    int window_bits = 15;           ///< 9 to 15
    bool context_takeover = false;  ///< a message may refer to bytes of those before it (RFC 7692 7.2.3.2)
    int level = 3;                  ///< zlib's: 1 fastest, 9 smallest
};

/// Compresses messages (RFC 7692 7.2.1). Without context takeover what comes of a message depends on the
/// message and the options alone, so one Deflater serves any number of receivers; with it each needs its
/// own. Holds 16 KiB at 9 bits of window, 38 at 12, 262 at 15. Shard-local.
class Deflater {
public:
    explicit Deflater(DeflaterOptions options);

    /// The payload of a compressed message; its tail is taken off.
    std::string compress(std::string_view message);
    [[nodiscard]] bool context_takeover() const { return context_takeover_; }

private:
    void run(std::string& out, int flush);

    const bool context_takeover_;
    DeflateStream stream_;
};

/// Appends one unmasked, final frame with the message compressed. Where that would not make it smaller it is
/// sent as it is, but with context takeover, which is to be kept in step with the receiver's.
void append_compressed_frame(std::string& out, Opcode opcode, std::string_view payload, Deflater& deflater);

/// The Deflaters without context takeover of one shard, one for each size of window in use. Shard-local.
class SharedDeflaters {
public:
    explicit SharedDeflaters(int level) : level_(level) {}
    /// For an agreement's server_window_bits: 9 to 15.
    Deflater& with_window_bits(int window_bits);

private:
    static constexpr int narrowest = 9;

    const int level_;
    std::array<std::unique_ptr<Deflater>, 7> deflaters_;
};

}  // namespace stentor::websocket
