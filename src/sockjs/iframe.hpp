#pragma once

#include "http/message.hpp"

#include <span>
#include <string>
#include <string_view>

namespace stentor::sockjs {

/// The page in which the client of another origin runs its transports; it loads the client from `client_url`.
std::string iframe_page(std::string_view client_url);

/// The answer to a GET of the page: to be kept for a year, or 304 where the browser has it (RFC 9110 13.1.2).
/// Only pages of its own origin and of `allowed_origins` may frame it: origins as an endpoint is configured
/// with, `*` alone for all, patterns such as `https://*.example.com`; what names no web origin (`null`) is
/// left out.
http::Response iframe_response(const http::Request& request, std::string_view client_url,
                               std::span<const std::string> allowed_origins);

}  // namespace stentor::sockjs
