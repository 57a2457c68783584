#include "stentor/result.hpp"

#include <stdexcept>

namespace stentor {

const char* to_string(Errc code) noexcept {
    switch (code) {
        case Errc::malformed: return "malformed";
        case Errc::too_large: return "too-large";
        case Errc::unsupported: return "unsupported";
        case Errc::forbidden: return "forbidden";
        case Errc::not_found: return "not-found";
        case Errc::conflict: return "conflict";
        case Errc::conversion: return "conversion";
        case Errc::failed: return "failed";
        case Errc::unavailable: return "unavailable";
        case Errc::closed: return "closed";
        case Errc::expired: return "expired";
    }
    return "failed";
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
    throw std::logic_error(where.to_string() + ": " + to_string(error.code) + ": " + error.message);
}

}  // namespace stentor
