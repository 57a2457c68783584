// What a client sends instead of a handshake, or as a part of one: the same outcome however the bytes are
// cut, no plain bytes before the handshake is done, and no answer that is longer than a handshake's.
#include "net/tls_session.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

using namespace stentor::net;

namespace {

constexpr std::size_t longest_answer = 16 * 1024;

void require(bool holds) {
    if (!holds) std::abort();
}

/// A certificate of its own for itself, in files that are gone once they have been read.
std::shared_ptr<const TlsContext> make_context() {
    std::string folder = (std::filesystem::temp_directory_path() / "stentor-fuzz-XXXXXX").string();
    require(::mkdtemp(folder.data()) != nullptr);
    const std::string key_file = folder + "/key.pem";
    const std::string certificate_file = folder + "/certificate.pem";

    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    require(key != nullptr && certificate != nullptr);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24L * 60 * 60);
    X509_set_pubkey(certificate, key);
    require(X509_sign(certificate, key, EVP_sha256()) != 0);

    std::FILE* file = std::fopen(key_file.c_str(), "w");
    require(file != nullptr && PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    std::fclose(file);
    file = std::fopen(certificate_file.c_str(), "w");
    require(file != nullptr && PEM_write_X509(file, certificate) == 1);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);

    TlsServerSettings settings;
    settings.certificates = {{certificate_file, key_file}};
    auto context = TlsContext::for_server(settings);
    std::filesystem::remove_all(folder);
    return context;
}

TlsSession::State outcome(const std::shared_ptr<const TlsContext>& context, std::string_view bytes,
                          std::size_t piece) {
    TlsSession session(context);
    TlsScratch scratch;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        require(session.read(bytes.substr(at, piece), scratch).empty());
        if (session.state() == TlsSession::State::failed) break;
    }
    require(scratch.sealed.size() <= longest_answer);
    require(session.state() != TlsSession::State::open);
    require((session.state() == TlsSession::State::failed) == !session.why().empty());
    return session.state();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::shared_ptr<const TlsContext> context = make_context();
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto expected = outcome(context, input, size + 1);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, size / 2 + 1})
        require(outcome(context, input, piece) == expected);
    return 0;
}
