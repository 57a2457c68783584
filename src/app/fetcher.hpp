#pragma once

#include "security/http_fetch.hpp"

#include <memory>
#include <string>

namespace stentor::app {

/// The one of this process, which ends with the last who holds it. Throws ConfigError, naming `whom`, where
/// the library was built without. Any thread.
std::shared_ptr<security::HttpFetch> shared_fetcher(const std::string& whom);

/// What is wrong with a URL to ask, beginning with what it is; empty when nothing is: https, or http to this
/// machine, without a user's name.
std::string fault_of_url(const std::string& url);

}  // namespace stentor::app
