#pragma once

#include "http/message.hpp"

#include <string>
#include <utility>

namespace stentor::sockjs::test {

/// A GET with that query and those header fields.
inline http::Request get_request(std::string query, http::Fields fields = {}) {
    http::Request request;
    request.method = "GET";
    request.query = std::move(query);
    request.fields = std::move(fields);
    return request;
}

}  // namespace stentor::sockjs::test
