#pragma once

#include <memory>
#include <string>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace stentor::net {

/// A certificate with its key, as files in PEM.
struct CertificateFiles {
    std::string certificate;  ///< the server's first, then those between it and the root
    std::string key;
};

enum class ClientCertificates : std::uint8_t { none, optional, required };

struct TlsServerSettings {
    /// Which of them a client gets is decided by the name it asks for (SNI) and the certificates' own names;
    /// the first is for everybody else.
    std::vector<CertificateFiles> certificates;
    ClientCertificates client_certificates = ClientCertificates::none;
    std::string client_ca;  ///< a file: who issues those of clients
};

struct TlsClientSettings {
    std::string ca;          ///< a file; empty: those that the system trusts
    CertificateFiles own{};  ///< both empty: none
    bool verify = true;      ///< also the name
};

/// Keys, certificates and rules of TLS connections: 1.2 and 1.3, with authenticated ciphers and forward
/// secrecy only, without renegotiation and compression. Immutable: a new one replaces it, and connections
/// keep theirs. Any thread.
class TlsContext {
public:
    /// Both throw std::runtime_error that names the file and what is wrong with it.
    static std::shared_ptr<const TlsContext> for_server(const TlsServerSettings& settings);
    static std::shared_ptr<const TlsContext> for_client(const TlsClientSettings& settings);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    [[nodiscard]] ssl_ctx_st* native() const { return first_; }
    [[nodiscard]] bool verifies_names() const { return verifies_names_; }

private:
    struct Named {
        std::vector<std::string> names;  ///< lower case; "*.example.com" stands for one label
        ssl_ctx_st* context;
    };
    TlsContext() = default;
    static int choose(ssl_st* connection, int* alert, void* self);
    [[nodiscard]] ssl_ctx_st* find(std::string_view name) const;

    ssl_ctx_st* first_ = nullptr;
    std::vector<Named> named_;
    bool verifies_names_ = false;
};

}  // namespace stentor::net
