#pragma once

#include <openssl/x509.h>

#include <optional>
#include <string>

namespace stentor::net {

/// The subject's first common name (RFC 5280 4.1.2.6) as UTF-8, whatever is in it; nothing where it has none.
[[nodiscard]] std::optional<std::string> common_name(const X509* certificate);

}  // namespace stentor::net
