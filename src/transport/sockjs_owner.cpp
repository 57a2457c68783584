// Tests: tests/unit/transport/sockjs_owner_test.cpp
#include "transport/sockjs_owner.hpp"

#include "sockjs/cookie.hpp"

#include <algorithm>
#include <utility>

namespace stentor::transport {
namespace {

constexpr std::string_view cookie_name = "STENTOR_SOCKJS";
constexpr std::size_t cookie_size = 32;  ///< of base::random_id

bool is_issued(std::string_view value) {
    return value.size() == cookie_size && std::ranges::all_of(value, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

}  // namespace

SockjsOwner::SockjsOwner(SockjsCaller opener, std::string issued)
    : opener_(std::move(opener)), issued_(std::move(issued)) {}

bool SockjsOwner::admit(const SockjsCaller& client) {
    if (opener_.principal || client.principal) {
        const bool same =
            opener_.principal && client.principal && opener_.principal->name == client.principal->name;
        if (same && client.shown) {
            opener_.shown = client.shown;
            opener_.is_ambient = client.is_ambient;
        }
        return same;
    }
    if (opener_.cookie.empty() && !issued_.empty() && client.cookie == issued_) opener_.cookie = issued_;
    if (!opener_.cookie.empty()) return client.cookie == opener_.cookie;
    return client.address == opener_.address;
}

std::string binding_cookie_of(const http::Request& request) {
    const std::string_view value = sockjs::cookie_of(request, cookie_name).value_or("");
    return is_issued(value) ? std::string(value) : std::string();
}

std::string issue_binding_cookie(std::string_view value, std::string_view path, bool secure) {
    std::string cookie(cookie_name);
    cookie += '=';
    cookie += value;
    cookie += "; Path=";
    cookie += path.find(';') == std::string_view::npos ? path : "/";
    cookie += "; HttpOnly; SameSite=Strict";
    if (secure) cookie += "; Secure";
    return cookie;
}

}  // namespace stentor::transport
