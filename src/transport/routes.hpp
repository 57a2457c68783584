#pragma once

#include "http/message.hpp"
#include "transport/site.hpp"

namespace stentor::transport {

class HttpProtocol;

/// Decides what a request is for - an endpoint (an upgrade or SockJS) or a file - and answers it or begins
/// to.
void route_request(Site& site, HttpProtocol& http, const http::Request& request);

/// A SockJS request below an endpoint; `rest` is the raw path after the endpoint's.
void route_sockjs(Site& site, HttpProtocol& http, const Endpoint& endpoint, const http::Request& request,
                  std::string_view rest);

/// Short answers of many routes.
http::Response plain(int status, std::string_view text);
http::Response method_not_allowed(std::string_view allow);

}  // namespace stentor::transport
