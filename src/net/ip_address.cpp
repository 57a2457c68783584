// Tests: tests/unit/net/ip_address_test.cpp
#include "net/ip_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace stentor::net {
namespace {

constexpr std::size_t v4_at = 12;
constexpr std::size_t longest_text = 64;

/// Without brackets, port and interface.
std::string_view host_of(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos || (end + 1 != text.size() && text[end + 1] != ':')) return {};
        text = text.substr(1, end - 1);
    } else if (std::ranges::count(text, ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    return text.substr(0, text.find('%'));
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    text = host_of(text);
    if (text.size() > longest_text || text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string terminated(text);
    IpAddress made;
    if (::inet_pton(AF_INET6, terminated.c_str(), made.bytes_.data()) == 1) return made;
    made.bytes_ = {};
    if (::inet_pton(AF_INET, terminated.c_str(), made.bytes_.data() + v4_at) != 1) return std::nullopt;
    made.bytes_[10] = made.bytes_[11] = 0xff;
    return made;
}

bool IpAddress::is_v4() const {
    return bytes_[10] == 0xff && bytes_[11] == 0xff &&
           std::all_of(bytes_.begin(), bytes_.begin() + 10, [](std::uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_loopback() const {
    if (is_v4()) return bytes_[v4_at] == 127;
    return bytes_.back() == 1 &&
           std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

IpAddress IpAddress::holding() const {
    IpAddress made = *this;
    if (!is_v4()) std::fill(made.bytes_.begin() + 8, made.bytes_.end(), std::uint8_t{0});
    return made;
}

std::optional<IpRange> IpRange::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto first = IpAddress::parse(text.substr(0, slash));
    if (!first) return std::nullopt;
    const unsigned most = first->is_v4() ? 32 : 128;
    unsigned bits = most;
    if (slash != std::string_view::npos) {
        const std::string_view number = text.substr(slash + 1);
        const auto read = std::from_chars(number.data(), number.data() + number.size(), bits);
        if (read.ec != std::errc() || read.ptr != number.data() + number.size() || bits > most)
            return std::nullopt;
    }
    return IpRange(*first, 128 - most + bits);
}

bool IpRange::contains(const IpAddress& address) const {
    const std::size_t whole = bits_ / 8;
    const auto& own = first_.bytes();
    const auto& other = address.bytes();
    if (!std::equal(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(whole), other.begin()))
        return false;
    const unsigned rest = bits_ % 8;
    return rest == 0 || ((own[whole] ^ other[whole]) >> (8 - rest)) == 0;
}

}  // namespace stentor::net
