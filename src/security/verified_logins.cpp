#include "security/verified_logins.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstring>

namespace stentor::security {

/// The login's length goes first: else "ab" with "c" would be "a" with "bc".
VerifiedLogins::Mark VerifiedLogins::mark_of(const std::string& login, const std::string& passcode) const {
    std::string both = std::to_string(login.size()) + ':' + login + passcode;
    Mark mark{};
    unsigned size = 0;
    ::HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
           reinterpret_cast<const unsigned char*>(both.data()), both.size(), mark.data(), &size);
    OPENSSL_cleanse(both.data(), both.size());
    return mark;
}

std::size_t VerifiedLogins::place_of(const Mark& mark) const {
    std::size_t number = 0;
    std::memcpy(&number, mark.data(), sizeof number);
    return number % places_.size();
}

void VerifiedLogins::add(const std::string& login, const std::string& passcode, base::TimePoint now) {
    const Mark mark = mark_of(login, passcode);
    places_[place_of(mark)] = {mark, now + lifetime_};
}

bool VerifiedLogins::has(const std::string& login, const std::string& passcode, base::TimePoint now) const {
    const Mark mark = mark_of(login, passcode);
    const Place& place = places_[place_of(mark)];
    return now < place.until && CRYPTO_memcmp(place.mark.data(), mark.data(), mark.size()) == 0;
}

}  // namespace stentor::security
