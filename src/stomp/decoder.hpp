#pragma once

#include "stentor/result.hpp"
#include "stomp/frame.hpp"
#include "stomp/input_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::stomp {

struct Limits {
    std::size_t max_command = 32;            ///< bytes of the command line
    std::size_t max_header_line = 8 * 1024;  ///< bytes of one header line as sent
    std::size_t max_headers = 100;           ///< entries of one frame, repeated ones counted
    std::size_t max_header_bytes = 32 * 1024;
    std::size_t max_body = 64 * 1024;
    std::size_t max_first_frame = 16 * 1024;  ///< the whole frame while no version is agreed
};

/// Whose frames are read: a server reads clients' commands and refuses the server's, a client the
/// other way round.
enum class Peer : std::uint8_t { client, server };

/// Turns bytes into STOMP frames (STOMP 1.2, "Augmented BNF"), the same however the bytes are cut. EOLs
/// between frames are heart-beats and are skipped, and so are stray NULs. Owns no socket. Shard-local.
///
/// Holds what was fed and not yet taken: at most one frame within the limits when `next` is called until it
/// is empty.
///
/// Per version: 1.0 has no escapes and trims blanks around names and values; 1.1 knows \n \c \\ ; 1.2 adds \r
/// and lets lines end in CR LF. CONNECT, STOMP and CONNECTED are never unescaped. Until `set_version` the
/// rules of 1.2 hold. In all of them control characters as such (but the tab) and bytes that are not UTF-8
/// are refused in headers; a colon in a value need not be escaped, for few clients do.
class Decoder {
public:
    explicit Decoder(Limits limits = {}, Peer reads_from = Peer::client);

    /// The agreed version; ends the limit on the first frame. The frame given last stays valid.
    void set_version(Version version);
    /// Takes more bytes. Frames given earlier are no longer valid.
    void feed(std::string_view bytes);
    /// The next whole frame; empty while more bytes are needed. After an error it stays failed.
    [[nodiscard]] Result<std::optional<Frame>> next();
    /// True while a frame has begun and is not whole: what a frame-completion timeout watches. Tells of
    /// the bytes `next` has seen.
    [[nodiscard]] bool in_frame() const;
    /// Whether there are bytes behind the frame given last: another one, or a part of it.
    [[nodiscard]] bool has_unread() const;
    /// Bytes of memory taken for what was not yet given.
    [[nodiscard]] std::size_t capacity() const { return input_.capacity(); }
    /// Whether all it was fed has been given, in whole frames: it holds nothing that would be missed.
    [[nodiscard]] bool at_rest() const;
    /// Makes one at rest as it was when it was new, but for its memory. The frame given last is no longer
    /// valid.
    void reset();
    /// What is known of a frame that failed to decode, so that its ERROR can carry the receipt-id it asked
    /// for. For its sake a frame with an unknown command fails at the end of its headers only.
    [[nodiscard]] std::optional<std::string> failed_receipt() const;

private:
    enum class Phase : std::uint8_t { between, command, headers, counted_body, open_body, whole, failed };
    enum class Step : std::uint8_t { advanced, starved, failed };

    /// A header as offsets from the frame's first byte: they outlive a move of the buffer, views would not.
    struct Entry {
        std::size_t name_at;
        std::size_t name_size;
        std::size_t value_at;
        std::size_t value_size;
    };
    /// The last offset at which the byte that ends a part of the frame may stand, and the limit that says so.
    struct Cap {
        std::size_t end;
        std::size_t limit;
        const char* what;
    };
    struct Failure {
        Error error;
        std::optional<std::string> receipt;
    };

    Step step();
    Step skip_between();
    Step read_command();
    bool skip_usual_command();
    [[nodiscard]] std::optional<std::string> fault_of(std::optional<Command> command) const;
    Step read_headers();
    Step read_header();
    bool take_usual_line(std::string_view& line);
    Step add_header(std::string_view line);
    Step start_body();
    Step read_counted_body();
    Step read_open_body();
    Step finish(std::size_t body_size);
    Step fail(Errc code, std::string message);
    Step fail(const Cap& cap);

    /// Finds `terminator` from `scanned_` on, not past the cap; empty when it is not there (yet).
    std::optional<std::size_t> find(char terminator, const Cap& cap);
    Step take_line(const Cap& cap, std::string_view& line);
    [[nodiscard]] Cap within_first_frame(Cap cap) const;
    bool unescape(std::size_t at, std::size_t& size);
    void start_over();
    [[nodiscard]] std::string_view text(std::size_t at, std::size_t size) const {
        return {input_.data() + at, size};
    }
    [[nodiscard]] HeaderView view(const Entry& entry) const {
        return {text(entry.name_at, entry.name_size), text(entry.value_at, entry.value_size)};
    }
    [[nodiscard]] Frame frame() const { return {command_, headers_, text(at_, body_size_)}; }

    Limits limits_;
    Peer reads_from_;
    Version version_ = Version::v1_2;
    bool version_agreed_ = false;
    Phase phase_ = Phase::between;
    Command command_ = Command::connect;

    InputBuffer input_;           ///< begins with the first byte of the frame being read
    std::size_t at_ = 0;          ///< where the line or the body being read begins
    std::size_t scanned_ = 0;     ///< what it ends with is not before this
    std::size_t headers_at_ = 0;  ///< where the headers begin
    std::size_t body_size_ = 0;
    std::vector<Entry> entries_;
    std::vector<HeaderView> headers_;
    std::optional<std::string> command_fault_;  ///< known, and said at the end of the headers
    std::unique_ptr<Failure> failure_;
};

}  // namespace stentor::stomp
