#pragma once

#include "stentor/result.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace stentor::security {

/// A token in its parts (RFC 7515 7.1, JWS Compact Serialization): nothing of it is verified yet.
struct Jws {
    boost::json::object header;
    std::string payload;
    std::string signature;
    std::string_view signing_input;  ///< of the text that was parsed
};

/// Takes a token apart. An error says what is wrong, without a word of the token. Encrypted tokens (RFC
/// 7516), the other serializations and unencoded payloads (RFC 7797) are refused.
Result<Jws> parse_jws(std::string_view token);

}  // namespace stentor::security
