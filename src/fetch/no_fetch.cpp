// Where the client library is not there.
#include "fetch/fetch.hpp"

namespace stentor::fetch {

bool has_fetch() { return false; }
std::shared_ptr<security::HttpFetch> make_fetch() { return nullptr; }

}  // namespace stentor::fetch
