// Tests: tests/unit/transport/security_headers_test.cpp
#include "transport/security_headers.hpp"

namespace stentor::transport {
namespace {

void add_if_absent(http::Fields& fields, std::string_view name, std::string_view value) {
    if (fields.count(name) == 0) fields.add(name, value);
}

}  // namespace

void add_security_headers(http::Fields& fields, std::string_view strict_transport_security) {
    add_if_absent(fields, "X-Content-Type-Options", "nosniff");
    add_if_absent(fields, "Referrer-Policy", "no-referrer");
    add_if_absent(fields, "Content-Security-Policy", "frame-ancestors 'none'");
    if (!strict_transport_security.empty())
        add_if_absent(fields, "Strict-Transport-Security", strict_transport_security);
}

}  // namespace stentor::transport
