// Tests: tests/unit/net/tls_session_test.cpp
#include "net/certificate_name.hpp"

#include <cstddef>

namespace stentor::net {

std::optional<std::string> common_name(const X509* certificate) {
    const X509_NAME* const subject = X509_get_subject_name(certificate);
    const int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (place < 0) return std::nullopt;
    unsigned char* bytes = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
    if (size < 0) return std::string(1, '\0');  // no text at all
    std::string name(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return name;
}

}  // namespace stentor::net
