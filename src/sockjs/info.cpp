#include "sockjs/info.hpp"

namespace stentor::sockjs {

std::string info_body(bool websocket, bool cookie_needed, std::uint32_t entropy) {
    std::string body = R"({"websocket":)";
    body += websocket ? "true" : "false";
    body += R"(,"origins":["*:*"],"cookie_needed":)";
    body += cookie_needed ? "true" : "false";
    body += R"(,"entropy":)" + std::to_string(entropy) + "}";
    return body;
}

}  // namespace stentor::sockjs
