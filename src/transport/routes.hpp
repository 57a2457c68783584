#pragma once

#include "http/message.hpp"
#include "transport/site.hpp"

#include <optional>
#include <string_view>

namespace stentor::transport {

class HttpProtocol;

/// Decides what a request is for - an endpoint (an upgrade or SockJS) or a file - and answers it or begins
/// to.
void route_request(Site& site, HttpProtocol& http, const http::Request& request);

/// A SockJS request below an endpoint; `rest` is the raw path after the endpoint's.
void route_sockjs(Site& site, HttpProtocol& http, const Endpoint& endpoint, const http::Request& request,
                  std::string_view rest);

/// `{endpoint}/csrf`: the token that a CONNECT needs, for pages of allowed origins alone.
void route_csrf(Site& site, HttpProtocol& http, const Endpoint& endpoint, const http::Request& request);
/// `{endpoint}/renew?session=ID`: new credentials for a STOMP session.
void route_renewal(Site& site, HttpProtocol& http, const Endpoint& endpoint, const http::Request& request);
inline constexpr std::string_view csrf_path = "/csrf";
inline constexpr std::string_view renewal_path = "/renew";

/// The answer to who may open no session now because memory is short.
std::optional<http::Response> refuse_for_memory(const Site& site, const HttpProtocol& http);

/// Short answers of many routes.
http::Response plain(int status, std::string_view text);
http::Response method_not_allowed(std::string_view allow);

}  // namespace stentor::transport
