// Tests: tests/unit/net/tls_session_test.cpp
#include "net/tls_context.hpp"

#include "base/name_rule.hpp"
#include "net/certificate_name.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace stentor::net {
namespace {

// TLS 1.2; those of 1.3 are all authenticated. (RFC 7540's list of bad ones has all the others.)
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

[[noreturn]] void fail(const std::string& what) {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* const why = code == 0 ? nullptr : ERR_reason_error_string(code);
    throw std::runtime_error(why == nullptr ? what : what + ": " + why);
}

SSL_CTX* make(const SSL_METHOD* method) {
    SSL_CTX* const context = SSL_CTX_new(method);
    if (context == nullptr) fail("TLS cannot be used");
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, ciphers);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

void use(SSL_CTX* context, const CertificateFiles& files) {
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
        fail("the certificate '" + files.certificate + "' cannot be used");
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
        fail("the key '" + files.key + "' cannot be used");
    if (SSL_CTX_check_private_key(context) != 1)
        fail("the key '" + files.key + "' is not that of the certificate '" + files.certificate + "'");
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// Those of its subjectAltName; the subject's own common name is not one any more (RFC 6125, 6.4.4).
std::vector<std::string> names_of(const SSL_CTX* context) {
    std::vector<std::string> names;
    auto* const alternatives = static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(SSL_CTX_get0_certificate(context), NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(alternatives); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(alternatives, i);
        if (name->type != GEN_DNS) continue;
        const auto* const text = name->d.dNSName;
        names.push_back(lower({reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<std::size_t>(ASN1_STRING_length(text))}));
    }
    GENERAL_NAMES_free(alternatives);
    return names;
}

bool matches(std::string_view pattern, std::string_view name) {
    if (pattern == name) return true;
    const std::size_t dot = name.find('.');
    return pattern.starts_with("*.") && dot != name.npos && dot != 0 && pattern.substr(1) == name.substr(dot);
}

/// Browsers offer http/1.1, and h2, which is not spoken here.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
    static constexpr std::array<unsigned char, 9> ours{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, size, ours.data(), ours.size(), offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/// Its common name becomes the name of a user: what no user may be called is no name, whoever signed it.
int check_name(int is_right, X509_STORE_CTX* store) {
    if (is_right != 1 || X509_STORE_CTX_get_error_depth(store) != 0) return is_right;
    const auto name = common_name(X509_STORE_CTX_get_current_cert(store));
    if (!name || base::fault_of_word("the name", *name).empty()) return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

void ask_for_certificates(SSL_CTX* context, const TlsServerSettings& settings) {
    if (settings.client_certificates == ClientCertificates::none) return;
    if (SSL_CTX_load_verify_file(context, settings.client_ca.c_str()) != 1)
        fail("the clients' CA '" + settings.client_ca + "' cannot be used");
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(settings.client_ca.c_str()));
    const bool required = settings.client_certificates == ClientCertificates::required;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                       check_name);
}

}  // namespace

std::shared_ptr<const TlsContext> TlsContext::for_server(const TlsServerSettings& settings) {
    if (settings.certificates.empty()) throw std::runtime_error("TLS needs a certificate and its key");
    std::shared_ptr<TlsContext> self(new TlsContext);
    for (const CertificateFiles& files : settings.certificates) {
        SSL_CTX* const context = make(TLS_server_method());
        self->named_.push_back({{}, context});
        use(context, files);
        self->named_.back().names = names_of(context);
        ask_for_certificates(context, settings);
        static constexpr unsigned char id[] = "stentor";
        SSL_CTX_set_session_id_context(context, id, sizeof id - 1);
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets only: they cost no memory
        SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    }
    self->first_ = self->named_.front().context;
    SSL_CTX_set_tlsext_servername_callback(self->first_, choose);
    SSL_CTX_set_tlsext_servername_arg(self->first_, self.get());
    return self;
}

std::shared_ptr<const TlsContext> TlsContext::for_client(const TlsClientSettings& settings) {
    std::shared_ptr<TlsContext> self(new TlsContext);
    self->named_.push_back({{}, make(TLS_client_method())});
    self->first_ = self->named_.front().context;
    self->verifies_names_ = settings.verify;
    if (!settings.own.certificate.empty()) use(self->first_, settings.own);
    if (!settings.verify) return self;
    SSL_CTX_set_verify(self->first_, SSL_VERIFY_PEER, nullptr);
    const bool loaded = settings.ca.empty()
                            ? SSL_CTX_set_default_verify_paths(self->first_) == 1
                            : SSL_CTX_load_verify_file(self->first_, settings.ca.c_str()) == 1;
    if (!loaded) fail("the CA '" + settings.ca + "' cannot be used");
    return self;
}

TlsContext::~TlsContext() {
    for (const Named& each : named_) SSL_CTX_free(each.context);
}

/// An exact name comes before one with a wildcard.
ssl_ctx_st* TlsContext::find(std::string_view name) const {
    for (const Named& each : named_)
        if (std::ranges::find(each.names, name) != each.names.end()) return each.context;
    for (const Named& each : named_)
        if (std::ranges::any_of(each.names, [&](const auto& pattern) { return matches(pattern, name); }))
            return each.context;
    return first_;
}

int TlsContext::choose(ssl_st* connection, int*, void* self) {
    const char* const name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
    SSL_CTX* const chosen = static_cast<const TlsContext*>(self)->find(lower(name));
    if (chosen != SSL_get_SSL_CTX(connection)) SSL_set_SSL_CTX(connection, chosen);
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace stentor::net
