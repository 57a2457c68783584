#pragma once

#include "../../examples/conformance/echo.hpp"
#include "flow_test.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace stentor::test {

using testing::Contains;
using testing::Each;
using testing::EndsWith;
using testing::MatchesRegex;
using testing::Not;

inline const std::string prelude = std::string(2048, 'h') + "\n";
inline constexpr const char* form = "Content-Type: application/x-www-form-urlencoded\r\n";

/// A response that arrives while others do.
struct Response {
    Stage& stage;
    std::unique_ptr<Stream> stream;
    HttpReader reader;

    void update() {
        stream->receive();
        reader.read(stream->input);
    }
    /// Waits until the body ends so.
    std::string body_to(std::string_view end) {
        EXPECT_TRUE(stage.until([&] {
            update();
            return reader.body.ends_with(end);
        })) << reader.body;
        return reader.body;
    }
    std::string whole() {
        EXPECT_TRUE(stage.until([&] {
            update();
            return reader.complete;
        })) << reader.body;
        return reader.body;
    }
};

class SockjsProtocolFlow : public FlowTest {
protected:
    void SetUp() override {
        const auto serve = [&](const char* path, std::shared_ptr<WebSocketHandler> handler,
                               const SockjsOptions& options) {
            app().add_handler(path, std::move(handler)).set_allowed_origins({"*"}).with_sockjs(options);
        };
        SockjsOptions options;
        options.jsonp = options.htmlfile = options.iframe = options.any_session_id = true;
        options.session_cookie = false;
        options.client_url = "/sockjs.js";
        options.stream_limit = 4096;
        serve("/echo", std::make_shared<Echo>(), options);
        serve("/close", std::make_shared<Closer>(), options);
        options.websocket = false;
        serve("/disabled_websocket_echo", std::make_shared<Echo>(), options);
        options.websocket = options.cookie_needed = true;
        serve("/cookie_needed_echo", std::make_shared<Echo>(), options);
        stage->start();
    }
    HttpAnswer get(const std::string& target, const std::string& fields = {}) {
        return ask_once(http_request("GET", target, fields));
    }
    HttpAnswer post(const std::string& target, const std::string& body = {}, const std::string& fields = {}) {
        return ask_once(http_request("POST", target, fields, body));
    }
    HttpAnswer options(const std::string& target, const std::string& fields = {}) {
        return ask_once(http_request("OPTIONS", target, fields));
    }
    /// A receiving request; its response goes on meanwhile.
    Response receive(const std::string& method, const std::string& target) {
        Response response{*stage, stage->connect(Speaks::http), {}};
        response.stream->send(http_request(method, target));
        return response;
    }
    /// A session's URL, another one each time.
    std::string session(const std::string& base = "/echo") {
        return base + "/000/s" + std::to_string(++sessions_);
    }

private:
    int sessions_ = 0;
};

inline std::string field(const HttpAnswer& answer, const std::string& name) {
    const std::string line = "\r\n" + name + ": ";
    const std::size_t at = answer.head.find(line);
    if (at == std::string::npos) return "absent";
    const std::size_t begin = at + line.size();
    return answer.head.substr(begin, answer.head.find("\r\n", begin) - begin);
}

inline void expect_not_cached(const HttpAnswer& answer) {
    EXPECT_EQ(field(answer, "Cache-Control"), "no-store, no-cache, no-transform, must-revalidate, max-age=0");
    EXPECT_EQ(field(answer, "Expires"), "absent");
    EXPECT_EQ(field(answer, "Last-Modified"), "absent");
}

inline void expect_cached(const HttpAnswer& answer) {
    EXPECT_THAT(field(answer, "Cache-Control"), MatchesRegex("public, max-age=[1-9][0-9]{6,}"));
    EXPECT_NE(field(answer, "Expires"), "absent");
    EXPECT_EQ(field(answer, "Last-Modified"), "absent");
}

inline void expect_cors(const HttpAnswer& answer, const std::string& origin) {
    EXPECT_EQ(field(answer, "Access-Control-Allow-Origin"), origin.empty() ? "*" : origin);
    EXPECT_EQ(field(answer, "Access-Control-Allow-Credentials"), origin.empty() ? "absent" : "true");
}

inline void expect_preflight(const HttpAnswer& answer, const std::string& methods,
                             const std::string& origin) {
    EXPECT_TRUE(answer.status == 200 || answer.status == 204) << answer.status;
    EXPECT_EQ(answer.body, "");
    EXPECT_THAT(field(answer, "Access-Control-Allow-Methods"), HasSubstr(methods));
    EXPECT_GT(std::stol(field(answer, "Access-Control-Max-Age")), 1'000'000);
    expect_cached(answer);
    expect_cors(answer, origin);
}

inline void expect_page(const HttpAnswer& answer) {
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(field(answer, "Content-Type"), "text/html; charset=UTF-8");
    expect_cached(answer);
    EXPECT_EQ(field(answer, "Set-Cookie"), "absent");
    EXPECT_NE(field(answer, "ETag"), "absent");
    EXPECT_THAT(answer.body,
                StartsWith("<!DOCTYPE html>\n<html>\n<head>\n  <meta http-equiv=\"X-UA-Compatible\" "
                           "content=\"IE=edge\" />\n  <meta http-equiv=\"Content-Type\" "
                           "content=\"text/html; charset=UTF-8\" />\n  <script src=\"/sockjs.js\">"));
    EXPECT_THAT(answer.body, HasSubstr("document.domain = document.domain;\n    SockJS.bootstrap_iframe();"));
    EXPECT_THAT(answer.body, HasSubstr("<h2>Don't panic!</h2>"));
}

#define STENTOR_SUITE(name)          \
    using name = SockjsProtocolFlow; \
    INSTANTIATE_TEST_SUITE_P(On, name, testing::Values(1U, 2U), shards_of)

}  // namespace stentor::test
