#pragma once

#include "hostile_site.hpp"

namespace stentor::test {

class HostileSockjs : public HostileSite {
protected:
    std::string get(const std::string& target, const std::string& fields = "") {
        return answer_once(http_request("GET", target, fields));
    }
    std::string post(const std::string& target, const std::string& body = "",
                     const std::string& fields = "") {
        return answer_once(http_request("POST", target, fields, body));
    }
    /// A receiving request that stays open; what came at once is taken.
    std::shared_ptr<Pipe> receive(const std::string& method, const std::string& target,
                                  const std::string& fields = "") {
        auto pipe = connect();
        pipe->send(http_request(method, target, fields));
        settle();
        return pipe;
    }
    static std::string cookie_of(std::string_view answer) {
        const std::string cookie = field_of(answer, "Set-Cookie");
        return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
    }
    static constexpr const char* form = "Content-Type: application/x-www-form-urlencoded\r\n";
};

}  // namespace stentor::test
