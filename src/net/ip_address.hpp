#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::net {

/// An IPv4 or IPv6 address without a port; IPv4 is kept as IPv6 writes it (RFC 4291, 2.5.5.2), so that a
/// client is the same one on a socket of either family. Immutable.
class IpAddress {
public:
    using Bytes = std::array<std::uint8_t, 16>;

    /// "10.0.0.1", "2001:db8::1", "[2001:db8::1]", and both with ":4711" behind; an interface ("%2") is left
    /// out.
    static std::optional<IpAddress> parse(std::string_view text);

    [[nodiscard]] bool is_v4() const;
    /// 127.0.0.0/8 and ::1.
    [[nodiscard]] bool is_loopback() const;
    /// What one client has for itself: an IPv4 address, or the 64 bits of an IPv6 address that name its
    /// network.
    [[nodiscard]] IpAddress holding() const;
    [[nodiscard]] const Bytes& bytes() const { return bytes_; }
    bool operator==(const IpAddress&) const = default;

private:
    Bytes bytes_{};
};

/// Addresses that begin alike: "10.0.0.0/8", "2001:db8::/32", or a single one. Immutable.
class IpRange {
public:
    static std::optional<IpRange> parse(std::string_view text);
    [[nodiscard]] bool contains(const IpAddress& address) const;

private:
    IpRange(const IpAddress& first, unsigned bits) : first_(first), bits_(bits) {}

    IpAddress first_;
    unsigned bits_;  ///< of the 128
};

}  // namespace stentor::net
