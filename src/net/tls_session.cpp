#include "net/tls_session.hpp"

#include "net/certificate_name.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

namespace stentor::net {
namespace {

constexpr std::size_t largest_record = 16 * 1024;  // RFC 8446, 5.1
constexpr std::uint32_t max_key_updates = 32;      // of the peer's, with nothing between them
constexpr std::string_view plain_http_answer =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 28\r\n\r\n"
    "This port speaks HTTPS only\n";

X509* verified_certificate(const SSL* ssl) {
    return SSL_get_verify_result(ssl) == X509_V_OK ? SSL_get0_peer_certificate(ssl) : nullptr;
}

}  // namespace

/// OpenSSL's way to a session's bytes.
struct TlsBio {
    static TlsSession& session(BIO* bio) { return *static_cast<TlsSession*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* to, std::size_t size, std::size_t* got) {
        TlsSession& self = session(bio);
        BIO_clear_retry_flags(bio);
        *got = std::min(size, self.in_.size());
        if (*got == 0) {
            BIO_set_retry_read(bio);
            return 0;
        }
        std::memcpy(to, self.in_.data(), *got);
        self.in_.remove_prefix(*got);
        return 1;
    }
    static int write(BIO* bio, const char* from, std::size_t size, std::size_t* written) {
        TlsSession& self = session(bio);
        BIO_clear_retry_flags(bio);
        self.out_->insert(self.out_->end(), from, from + size);
        *written = size;
        return 1;
    }
    static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

    static BIO* make(TlsSession& self) {
        static BIO_METHOD* const method = [] {
            BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stentor");
            BIO_meth_set_read_ex(made, read);
            BIO_meth_set_write_ex(made, write);
            BIO_meth_set_ctrl(made, control);
            return made;
        }();
        BIO* const bio = BIO_new(method);
        if (bio == nullptr) throw std::bad_alloc();
        BIO_set_data(bio, &self);
        BIO_set_init(bio, 1);
        return bio;
    }

    static void message(int is_write, int, int content_type, const void* bytes, std::size_t size, SSL*,
                        void* self) {
        if (is_write == 0)
            static_cast<TlsSession*>(self)->seen(content_type, static_cast<const unsigned char*>(bytes),
                                                 size);
    }
};

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context, Role role)
    : context_(std::move(context)), ssl_(SSL_new(context_->native())) {
    if (ssl_ == nullptr) throw std::bad_alloc();
    BIO* const bio = TlsBio::make(*this);
    SSL_set_bio(ssl_, bio, bio);
    SSL_set_msg_callback(ssl_, TlsBio::message);
    SSL_set_msg_callback_arg(ssl_, this);
    if (role == Role::server) SSL_set_accept_state(ssl_);
    else SSL_set_connect_state(ssl_);
}

TlsSession::TlsSession(std::shared_ptr<const TlsContext> server)
    : TlsSession(std::move(server), Role::server) {}

TlsSession::TlsSession(std::shared_ptr<const TlsContext> client, const std::string& host)
    : TlsSession(std::move(client), Role::client) {
    X509_VERIFY_PARAM* const rules = SSL_get0_param(ssl_);
    const bool is_address = X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1;
    if (!is_address) SSL_set_tlsext_host_name(ssl_, host.c_str());
    if (is_address || !context_->verifies_names()) return;
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size());
}

TlsSession::~TlsSession() { SSL_free(ssl_); }

void TlsSession::start(TlsScratch& scratch) {
    out_ = &scratch.sealed;
    handshake();
}

void TlsSession::handshake() {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_);
    if (done == 1) {
        state_ = State::open;
        return;
    }
    if (SSL_get_error(ssl_, done) != SSL_ERROR_WANT_READ) fail();
}

/// All of it is taken in: OpenSSL keeps what is not a whole record yet.
std::span<char> TlsSession::read(std::string_view sealed, TlsScratch& scratch) {
    in_ = sealed;
    out_ = &scratch.sealed;
    if (state_ == State::handshaking) handshake();
    std::size_t size = 0;
    while (state_ == State::open) {
        if (scratch.plain.size() < size + largest_record) scratch.plain.resize(2 * size + largest_record);
        std::size_t got = 0;
        ERR_clear_error();
        const int ok = SSL_read_ex(ssl_, scratch.plain.data() + size, scratch.plain.size() - size, &got);
        if (key_updates_ > max_key_updates) {
            state_ = State::failed;
            why_ = "too many key updates";
            break;
        }
        if (ok == 1) {
            size += got;
            key_updates_ = 0;
            continue;
        }
        const int error = SSL_get_error(ssl_, ok);
        if (error == SSL_ERROR_WANT_READ) break;
        if (error == SSL_ERROR_ZERO_RETURN) state_ = State::ended;
        else fail();
    }
    in_ = {};
    return {scratch.plain.data(), size};
}

void TlsSession::write(std::string_view plain, TlsScratch& scratch) {
    out_ = &scratch.sealed;
    while (!plain.empty()) {
        std::size_t written = 0;
        ERR_clear_error();
        if (SSL_write_ex(ssl_, plain.data(), plain.size(), &written) != 1) return fail();
        plain.remove_prefix(written);
    }
}

void TlsSession::close_notify(TlsScratch& scratch) {
    out_ = &scratch.sealed;
    if (state_ != State::open && state_ != State::ended) return;
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
}

void TlsSession::fail() {
    state_ = State::failed;
    const unsigned long code = ERR_get_error();
    const long verified = SSL_get_verify_result(ssl_);
    if (verified != X509_V_OK) why_ = X509_verify_cert_error_string(verified);
    else if (const char* const reason = ERR_reason_error_string(code)) why_ = reason;
    else why_ = "the TLS connection failed";
    if (ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST)
        out_->assign(plain_http_answer.begin(), plain_http_answer.end());
    ERR_clear_error();
}

void TlsSession::seen(int content_type, const unsigned char* bytes, std::size_t size) {
    if (content_type == SSL3_RT_HANDSHAKE && size != 0 && bytes[0] == SSL3_MT_KEY_UPDATE) ++key_updates_;
}

std::string TlsSession::peer_name() const {
    X509* const certificate = verified_certificate(ssl_);
    if (certificate == nullptr) return {};
    return common_name(certificate).value_or("");
}

std::chrono::seconds TlsSession::peer_valid_for() const {
    constexpr std::chrono::seconds longest = std::chrono::days(3650);
    const X509* const certificate = verified_certificate(ssl_);
    int days = 0;
    int seconds = 0;
    if (certificate == nullptr ||
        ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate)) != 1)
        return {};
    return std::min<std::chrono::seconds>(longest, std::chrono::days(days) + std::chrono::seconds(seconds));
}

std::string TlsSession::peer_subject() const {
    X509* const certificate = verified_certificate(ssl_);
    if (certificate == nullptr) return {};
    BIO* const text = BIO_new(BIO_s_mem());
    if (text == nullptr) throw std::bad_alloc();
    X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(text, &bytes);
    std::string subject(bytes, static_cast<std::size_t>(size));
    BIO_free(text);
    return subject;
}

}  // namespace stentor::net
