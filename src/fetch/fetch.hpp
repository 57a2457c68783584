#pragma once

#include "security/http_fetch.hpp"

#include <memory>

namespace stentor::fetch {

/// Whether this library was built with something that speaks HTTP as a client (libcurl).
bool has_fetch();

/// With a thread of its own, which ends with it. Null without has_fetch().
std::shared_ptr<security::HttpFetch> make_fetch();

}  // namespace stentor::fetch
