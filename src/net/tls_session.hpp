#pragma once

#include "net/tls_context.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct bio_method_st;

namespace stentor::net {

/// What TLS sessions of one shard work with in a call, and none of them keeps. Shard-local.
struct TlsScratch {
    std::vector<char> plain;
    std::vector<char> sealed;    ///< for the peer; whoever calls takes it out
    std::vector<char> gathered;  ///< small pieces on their way to be sealed together
};

/// TLS between memory and memory: what the peer sent goes in and plain bytes come out, and the other way
/// round. What has to go to the peer is appended to TlsScratch::sealed by every call. Shard-local, but may
/// move to another shard between two calls.
class TlsSession {
public:
    enum class State : std::uint8_t {
        handshaking,
        open,
        ended,  ///< the peer said that it sends no more (close_notify)
        failed  ///< why() says why; an alert for the peer may be in `sealed`
    };

    explicit TlsSession(std::shared_ptr<const TlsContext> server);
    /// A client's, to a server of that name (or address).
    TlsSession(std::shared_ptr<const TlsContext> client, const std::string& host);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    /// A client's first bytes.
    void start(TlsScratch& scratch);
    /// Takes in what the peer sent. The plain bytes are in `scratch` until the next call.
    [[nodiscard]] std::span<char> read(std::string_view sealed, TlsScratch& scratch);
    /// Only while it is open (or ended, by the peer).
    void write(std::string_view plain, TlsScratch& scratch);
    /// Says that nothing more comes.
    void close_notify(TlsScratch& scratch);

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] const std::string& why() const { return why_; }
    /// The subject of the peer's certificate, which was verified ("CN=alice,O=..."), and its common name;
    /// empty when there is none.
    [[nodiscard]] std::string peer_subject() const;
    [[nodiscard]] std::string peer_name() const;
    /// For how long that certificate holds, of which there is one; of more than ten years, ten years.
    [[nodiscard]] std::chrono::seconds peer_valid_for() const;

    /// What the peer has not taken of what had to go to it: the caller's own note.
    std::string rest;

private:
    enum class Role : std::uint8_t { client, server };
    TlsSession(std::shared_ptr<const TlsContext> context, Role role);
    friend struct TlsBio;
    void handshake();
    void fail();
    void seen(int content_type, const unsigned char* bytes, std::size_t size);

    std::shared_ptr<const TlsContext> context_;
    ssl_st* ssl_;
    State state_ = State::handshaking;
    bool saw_plain_http_ = false;
    std::uint32_t key_updates_ = 0;
    std::string_view in_;               ///< of this call
    std::vector<char>* out_ = nullptr;  ///< of this call
    std::string why_;
};

}  // namespace stentor::net
