#pragma once

#include "stentor/jwt_config.hpp"
#include "stentor/session_cookie_config.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace stentor::app {

/// What is wrong with one of several issuers, beginning with the setting's name; empty when nothing is. Reads
/// no file and asks nobody.
std::string fault_of(const std::vector<JwtConfig>& issuers, std::size_t which);
std::string fault_of(const SessionCookieConfig& cookie);

}  // namespace stentor::app
