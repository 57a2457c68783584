#include "sockjs/transport.hpp"

#include <gtest/gtest.h>

namespace stentor::sockjs {
namespace {

using Value = std::optional<std::string_view>;

http::Request request(http::Fields fields) {
    http::Request request;
    request.method = "POST";
    request.fields = std::move(fields);
    return request;
}

TEST(SockJsCors, TheCheckedOriginIsEchoedWithCredentials) {
    http::Response response;
    add_transport_headers(response, request({{"Origin", "https://a.example"}}));
    EXPECT_EQ(response.fields.find("Access-Control-Allow-Origin"), Value("https://a.example"));
    EXPECT_EQ(response.fields.find("Access-Control-Allow-Credentials"), Value("true"));
    EXPECT_EQ(response.fields.find("Vary"), Value("Origin"));
}

TEST(SockJsCors, ANullOriginIsEchoedAsItIs) {
    http::Response response;
    add_transport_headers(response, request({{"Origin", "null"}}));
    EXPECT_EQ(response.fields.find("Access-Control-Allow-Origin"), Value("null"));
}

// S11: a star never comes with credentials, and no cache mixes the answers of two origins.
TEST(SockJsCors, WithoutAnOriginThereAreNoCredentials) {
    http::Response response;
    add_transport_headers(response, request({}));
    EXPECT_EQ(response.fields.find("Access-Control-Allow-Origin"), Value("*"));
    EXPECT_EQ(response.fields.find("Access-Control-Allow-Credentials"), std::nullopt);
    EXPECT_EQ(response.fields.find("Vary"), Value("Origin"));
}

// S5
TEST(SockJsCaching, TransportResponsesAreNeitherStoredNorSniffed) {
    http::Response response;
    add_transport_headers(response, request({}));
    EXPECT_EQ(response.fields.find("Cache-Control"),
              Value("no-store, no-cache, no-transform, must-revalidate, max-age=0"));
    EXPECT_EQ(response.fields.find("X-Content-Type-Options"), Value("nosniff"));
    EXPECT_EQ(response.fields.find("Expires"), std::nullopt);
    EXPECT_EQ(response.fields.find("Last-Modified"), std::nullopt);
}

TEST(SockJsTransports, AResponseHasTheTypeAndTheHeadersOfEveryTransport) {
    for (const ReceivingTransport* transport : {&xhr, &xhr_streaming, &eventsource, &htmlfile, &jsonp}) {
        const http::Request asked = request({{"Origin", "https://a.example"}});
        const http::Response response = begin_response(*transport, asked);
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.body, "");
        EXPECT_EQ(response.fields.find("Content-Type"), Value(transport->content_type));
        http::Response common;
        add_transport_headers(common, asked);
        for (const http::Field& field : common.fields)
            EXPECT_EQ(response.fields.find(field.name), Value(field.value)) << transport->name;
        EXPECT_EQ(response.fields.size(), 1 + common.fields.size() + transport->headers.size());
    }
}

TEST(SockJsTransports, XhrNeedsNothingOfARequestAndIsOfferedByDefault) {
    for (const ReceivingTransport* transport : {&xhr, &xhr_streaming}) {
        EXPECT_FALSE(transport->refuse(request({})).has_value());
        EXPECT_TRUE(transport->headers.empty());
        EXPECT_TRUE(transport->offered_by_default);
    }
}

TEST(SockJsPreflight, IsEmptyAndCachedForAYear) {
    const http::Response response = preflight(request({{"Origin", "https://a.example"}}), "OPTIONS, POST");
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(response.fields.find("Content-Type"), std::nullopt);
    EXPECT_EQ(response.fields.find("Cache-Control"), Value("public, max-age=31536000"));
    EXPECT_EQ(response.fields.find("Expires"), Value("Thu, 31 Dec 2037 23:55:55 GMT"));
    EXPECT_EQ(response.fields.find("Last-Modified"), std::nullopt);
    EXPECT_EQ(response.fields.find("Access-Control-Max-Age"), Value("31536000"));
}

TEST(SockJsPreflight, NamesTheMethodsAndTheOrigin) {
    const http::Response response = preflight(request({{"Origin", "null"}}), "OPTIONS, GET");
    EXPECT_EQ(response.fields.find("Access-Control-Allow-Methods"), Value("OPTIONS, GET"));
    EXPECT_EQ(response.fields.find("Access-Control-Allow-Origin"), Value("null"));
    EXPECT_EQ(response.fields.find("Access-Control-Allow-Credentials"), Value("true"));
    EXPECT_EQ(response.fields.find("Vary"), Value("Origin"));
}

TEST(SockJsPreflight, EchoesTheHeadersAskedFor) {
    const http::Request asked =
        request({{"Origin", "http://a"}, {"Access-Control-Request-Headers", "a, X-b"}});
    EXPECT_EQ(preflight(asked, "OPTIONS, POST").fields.find("Access-Control-Allow-Headers"), Value("a, X-b"));
}

TEST(SockJsPreflight, EchoesNoHeadersWhenNoneOrNoNamesWereAskedFor) {
    const auto echoed = [](std::string value) {
        const http::Request asked = request({{"Access-Control-Request-Headers", std::move(value)}});
        return preflight(asked, "OPTIONS, POST").fields.find("Access-Control-Allow-Headers").has_value();
    };
    EXPECT_FALSE(
        preflight(request({}), "OPTIONS, POST").fields.find("Access-Control-Allow-Headers").has_value());
    EXPECT_FALSE(echoed(""));
    EXPECT_FALSE(echoed("a\r\nX-Evil: 1"));
    EXPECT_FALSE(echoed("<script>"));
    EXPECT_FALSE(echoed("\xc3\xa9"));
    EXPECT_TRUE(echoed("content-type"));
}

}  // namespace
}  // namespace stentor::sockjs
