#pragma once

#include "base/clock.hpp"

#include <array>
#include <string>
#include <vector>

namespace stentor::security {

/// Logins that were right a short while ago, so that a client that shows its passcode with each request does
/// not cost a hash each time. Holds neither logins nor passcodes, but their HMAC-SHA-256 by a random key. A
/// fixed number of places: a newer one takes an older one's. One thread at a time.
class VerifiedLogins {
public:
    using Key = std::array<unsigned char, 32>;

    VerifiedLogins(const Key& key, base::Duration lifetime, std::size_t places = 1024)
        : key_(key), lifetime_(lifetime), places_(places) {}

    void add(const std::string& login, const std::string& passcode, base::TimePoint now);
    [[nodiscard]] bool has(const std::string& login, const std::string& passcode, base::TimePoint now) const;
    void clear() { places_.assign(places_.size(), {}); }

private:
    using Mark = std::array<unsigned char, 32>;
    struct Place {
        Mark mark{};
        base::TimePoint until{};
    };
    [[nodiscard]] Mark mark_of(const std::string& login, const std::string& passcode) const;
    [[nodiscard]] std::size_t place_of(const Mark& mark) const;

    Key key_;
    base::Duration lifetime_;
    std::vector<Place> places_;
};

}  // namespace stentor::security
