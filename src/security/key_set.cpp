#include "security/key_set.hpp"

#include "security/json_object.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <utility>

namespace stentor::security {
namespace {

/// Reads one PEM block after the other, whichever it is.
std::shared_ptr<EVP_PKEY> next_public_key(BIO* from) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (PEM_read_bio(from, &name, &header, &data, &size) != 1) return nullptr;
    const unsigned char* at = data;
    EVP_PKEY* key = nullptr;
    const std::string_view kind(name);
    if (kind == PEM_STRING_PUBLIC) {
        key = d2i_PUBKEY(nullptr, &at, size);
    } else if (kind == PEM_STRING_RSA_PUBLIC) {
        key = d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size);
    } else if (kind == PEM_STRING_X509) {
        X509* const certificate = d2i_X509(nullptr, &at, size);
        key = certificate == nullptr ? nullptr : X509_get_pubkey(certificate);
        X509_free(certificate);
    }
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    return {key, EVP_PKEY_free};
}

/// What is left there would look like the next caller's.
void forget_errors() { ERR_clear_error(); }

}  // namespace

Result<KeySet> KeySet::from_json(std::string_view text, Secrets secrets) {
    const auto object = parse_json_object(text);
    if (!object) return Error{Errc::malformed, "it is no JSON object"};
    boost::json::array one;
    const boost::json::value* const listed = object->if_contains("keys");
    if (listed != nullptr && !listed->is_array()) return Error{Errc::malformed, "its keys are no list"};
    if (listed == nullptr) one.emplace_back(*object);
    const boost::json::array& all = listed == nullptr ? one : listed->as_array();
    if (all.size() > max_keys) return Error{Errc::too_large, "it has over 64 keys"};

    std::vector<VerifyKey> keys;
    Error last{Errc::not_found, "it has no keys"};
    for (const boost::json::value& each : all) {
        if (!each.is_object()) return Error{Errc::malformed, "one of its keys is no object"};
        auto key = VerifyKey::from_jwk(each.as_object());
        if (key.has_error()) last = key.error();
        else if (secrets == Secrets::ignored && key->kind() == VerifyKey::Kind::secret)
            last = {Errc::unsupported, "a secret"};
        else keys.push_back(std::move(*key));
    }
    forget_errors();
    if (keys.empty()) return Error{last.code, "it has no key to check tokens with: " + last.message};
    return KeySet(std::move(keys));
}

Result<KeySet> KeySet::from_pem(std::string_view text) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> from(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
    std::vector<VerifyKey> keys;
    Result<KeySet> fault = Error{Errc::malformed, "it has no public key or certificate in PEM"};
    while (auto found = next_public_key(from.get())) {
        auto key = VerifyKey::from_public_key(std::move(found));
        if (key.has_error()) fault = key.error();
        else if (keys.size() < max_keys) keys.push_back(std::move(*key));
    }
    forget_errors();
    if (keys.empty()) return fault;
    return KeySet(std::move(keys));
}

std::vector<const VerifyKey*> KeySet::candidates(std::string_view id, JwsAlgorithm algorithm) const {
    std::vector<const VerifyKey*> found;
    for (const VerifyKey& key : keys_) {
        const bool may_be = id.empty() || key.id().empty() || key.id() == id;
        if (may_be && key.is_for(algorithm)) found.push_back(&key);
    }
    return found;
}

}  // namespace stentor::security
