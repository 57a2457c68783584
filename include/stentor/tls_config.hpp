#pragma once

#include <boost/describe/class.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace stentor {

/// A certificate of this server. Each `[[tls.certificate]]` adds one; a client gets that of the name it asks
/// for, or else the first.
struct CertificateConfig {
    std::string file;  ///< in PEM: the server's own first, then those between it and the root
    std::string key;   ///< in PEM, without a passphrase
};
BOOST_DESCRIBE_STRUCT(CertificateConfig, (), (file, key))

/// TLS 1.2 and 1.3 towards clients, on all ports, where there is a certificate.
struct TlsConfig {
    std::vector<CertificateConfig> certificate = {};  ///< whose names tell for whom; none: no TLS
    std::string client_certificates = "none";         ///< of clients: "none", "optional" or "required"
    std::string client_ca = {};                       ///< a file in PEM: who issues those
    std::string strict_transport_security =
        "max-age=31536000";  ///< the header of that name in HTTP responses over TLS (RFC 6797); empty: none
    std::chrono::milliseconds check_interval{60'000};  ///< after which changed files are read again
};
BOOST_DESCRIBE_STRUCT(TlsConfig, (),
                      (certificate, client_certificates, client_ca, strict_transport_security,
                       check_interval))

/// TLS towards another server.
struct TlsClientConfig {
    bool enabled = false;  ///< speak TLS with it
    bool verify = true;    ///< that the certificate is that host's, and trusted; false is for tests only
    std::string ca = {};   ///< a file in PEM: who is trusted; the system's list when empty
    std::string certificate = {};  ///< of this server, in PEM, where the other asks for one
    std::string key = {};          ///< of that certificate, in PEM
};
BOOST_DESCRIBE_STRUCT(TlsClientConfig, (), (enabled, verify, ca, certificate, key))

}  // namespace stentor
