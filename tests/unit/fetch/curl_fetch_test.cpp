#include "fetch/curl_fetch.hpp"

#include "fetch/fetch.hpp"
#include "support/tiny_http_server.hpp"

#include <gtest/gtest.h>
#include <future>
#include <string>
#include <vector>

namespace stentor::fetch {
namespace {

using namespace std::chrono_literals;
using test::TinyHttpServer;

security::HttpAnswer get(security::HttpQuestion question) {
    CurlFetch fetch;
    std::promise<security::HttpAnswer> came;
    fetch.run([&] {
        fetch.get(std::move(question),
                  [&](security::HttpAnswer answer) { came.set_value(std::move(answer)); });
    });
    return came.get_future().get();
}

TEST(CurlFetch, BringsStatusAndBody) {
    TinyHttpServer server(TinyHttpServer::response("200 OK", "{\"keys\":[]}"));
    const auto answer = get({.url = server.url(), .headers = {"Cookie: a=b"}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "{\"keys\":[]}");
    ASSERT_EQ(server.asked().size(), 1U);
    const std::string asked = server.asked().front();
    EXPECT_TRUE(asked.starts_with("GET /keys HTTP/1.1\r\n"));
    EXPECT_NE(asked.find("\r\nCookie: a=b\r\n"), std::string::npos);
    EXPECT_NE(asked.find("\r\nCache-Control: no-cache\r\n"), std::string::npos);
}

TEST(CurlFetch, FollowsNoRedirect) {
    TinyHttpServer server(TinyHttpServer::response("302 Found", "", "Location: /other\r\n"));
    EXPECT_EQ(get({.url = server.url()}).status, 302);
    EXPECT_EQ(server.asked().size(), 1U);
}

TEST(CurlFetch, TakesNoMoreThanItMay) {
    TinyHttpServer server(TinyHttpServer::response("200 OK", std::string(1025, 'x')));
    const auto answer = get({.url = server.url(), .max_body = 1024});
    EXPECT_EQ(answer.status, 0);
    EXPECT_EQ(answer.fault, "the answer is too large");
    TinyHttpServer small(TinyHttpServer::response("200 OK", std::string(1024, 'x')));
    EXPECT_EQ(get({.url = small.url(), .max_body = 1024}).status, 200);
}

TEST(CurlFetch, WaitsNoLongerThanItMay) {
    TinyHttpServer server("");
    const auto answer = get({.url = server.url(), .timeout = 50ms});
    EXPECT_EQ(answer.status, 0);
    EXPECT_FALSE(answer.fault.empty());
}

TEST(CurlFetch, WhatIsNoHttpIsNoAnswer) {
    for (const char* const bytes :
         {"garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"}) {
        TinyHttpServer server(bytes);
        EXPECT_EQ(get({.url = server.url()}).status, 0) << bytes;
    }
    EXPECT_EQ(get({.url = "http://127.0.0.1:1/"}).status, 0);
    EXPECT_EQ(get({.url = "file:///etc/hostname"}).status, 0);
    EXPECT_EQ(get({.url = "no url"}).status, 0);
}

TEST(CurlFetch, ACertificateThatNobodyKnowsIsNoAnswer) {
    TinyHttpServer server(TinyHttpServer::response("200 OK", ""));  // which is no TLS either
    std::string url = server.url();
    EXPECT_EQ(get({.url = "https" + url.substr(4)}).status, 0);
}

TEST(CurlFetch, RunsTasksInOrderAndTimersLater) {
    CurlFetch fetch;
    std::vector<int> order;
    std::promise<void> done;
    fetch.run([&] {
        fetch.run_after(20ms, [&] {
            order.push_back(3);
            done.set_value();
        });
        fetch.run_after(0ms, [&] { order.push_back(2); });
        order.push_back(1);
    });
    done.get_future().wait();
    EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(CurlFetch, EndsWithAQuestionUnderWay) {
    TinyHttpServer server("");
    {
        CurlFetch fetch;
        std::promise<void> asked;
        fetch.run([&] {
            fetch.get({.url = server.url()}, [](const security::HttpAnswer&) { ADD_FAILURE(); });
            fetch.run_after(1h, [] { ADD_FAILURE(); });
            asked.set_value();
        });
        asked.get_future().wait();
    }
}

TEST(CurlFetch, MayEndByATaskOfItsOwn) {
    auto fetch = make_fetch();
    std::promise<void> ended;
    fetch->run([&ended, last = std::make_shared<std::shared_ptr<security::HttpFetch>>(fetch)] {
        last->reset();
        ended.set_value();
    });
    fetch.reset();
    ended.get_future().wait();
}

}  // namespace
}  // namespace stentor::fetch
