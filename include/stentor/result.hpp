#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <utility>

namespace stentor {

/// What kind of thing went wrong. Names are stable: they appear in ERROR frames and logs.
enum class Errc {
    malformed,    ///< the bytes break the protocol's grammar
    too_large,    ///< a configured limit was exceeded
    unsupported,  ///< well-formed, but not offered here
    forbidden,    ///< the peer may not do this
    not_found,    ///< no such destination, mapping, session or path
    conflict,     ///< the id is taken, or the state does not allow it
    conversion,   ///< a payload, header or variable does not fit the type asked for
    failed,       ///< a user's function failed
    unavailable,  ///< a broker or a peer is not there
    closed,       ///< the application ended it
    expired,      ///< what the peer showed of itself holds no longer
};

/// "malformed", "too-large", ...: the stable code of an error as peers see it.
const char* to_string(Errc code) noexcept;

/// A failure as a value. `message` is one short line, safe to show to the peer (no internals, no payload).
struct Error {
    Errc code = Errc::failed;
    std::string message;

    friend bool operator==(const Error&, const Error&) = default;
};

/// Either a T or an Error. Bad bytes from a peer travel as Results, never as exceptions.
template <class T>
using Result = boost::system::result<T, Error>;

/// Called by Result::value() on an error: a bug in the caller, who should have looked first.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace stentor
