#pragma once

#include "app/inside.hpp"
#include "support/cuts.hpp"
#include "testing/carriers.hpp"
#include "testing/client_frames.hpp"
#include "testing/pipe_driver.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace stentor::test {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Sends everybody's texts back; fails where it is told to.
class HostileEcho final : public TextWebSocketHandler {
public:
    void after_connection_established(WebSocketSession session) override {
        ++opened;
        last = std::move(session);
        if (throws) throw std::runtime_error("not today");
    }
    void handle_text_message(WebSocketSession session, std::string_view text) override {
        session.send_text(text);
    }
    void after_connection_closed(WebSocketSession, CloseStatus) override { ++closed; }

    int opened = 0;
    int closed = 0;
    bool throws = false;
    std::optional<WebSocketSession> last;
};

/// A whole application over pipes with a clock of its own, for one bad peer after another. A witness is
/// connected all the time, and must be served whatever the others do.
class HostileSite : public testing::Test {
protected:
    void SetUp() override {
        config.shards = 1;
        configure();
        app.add_handler("/ws", echo).set_allowed_origins({"https://good.com"}).with_sockjs();
        SockjsOptions everything;
        everything.jsonp = everything.htmlfile = everything.iframe = true;
        everything.client_url = "/sockjs.js";
        everything.cookie_needed = true;
        app.add_handler("/all", echo).set_allowed_origins({"https://good.com"}).with_sockjs(everything);
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "file.txt") << "0123456789";
        app.add_resource_handler("/static", folder);
        app::Inside::of(app).make_driver = [this](const app::Blueprint& blueprint) {
            return driver = std::make_shared<PipeDriver>(blueprint);
        };
        app.start(config);
        witness = connect();
        witness->send(upgrade_request("/ws/websocket"));
        settle();
        ASSERT_THAT(witness->take_output(), StartsWith("HTTP/1.1 101 "));
    }
    void TearDown() override {
        witness->send(masked_text("still here"));
        settle();
        EXPECT_EQ(witness->take_output(), "\x81\x0Astill here") << "somebody else's session was disturbed";
        app.stop();
        std::filesystem::remove_all(folder);
    }
    virtual void configure() {}

    void settle() {
        while (driver->turn()) {}
    }
    void advance(base::Duration by) {
        driver->advance(by);
        settle();
    }
    /// All that is answered to the bytes, and "|closed" when the server ended the connection.
    std::string answer(std::span<const std::string_view> pieces) {
        const auto pipe = connect();
        for (const std::string_view piece : pieces) {
            pipe->send(piece);
            settle();
        }
        std::string said = said_by(*pipe);
        pipe->close();
        settle();
        return said;
    }
    /// The same, which must be so however the bytes arrive: all at once, byte by byte, and in two parts.
    std::string answer(std::string_view bytes) {
        const std::string expected = answer(std::vector{bytes});
        if (bytes.size() < 2'000) { EXPECT_EQ(answer(byte_by_byte(bytes)), expected) << "byte by byte"; }
        for (std::size_t cut = 1; cut < bytes.size(); cut += 1 + bytes.size() / 17)
            EXPECT_EQ(answer(std::vector{bytes.substr(0, cut), bytes.substr(cut)}), expected)
                << "cut after " << cut;
        return expected;
    }
    /// Once, for requests that change something.
    std::string answer_once(std::string_view bytes) { return answer(std::vector{bytes}); }
    void expect_refused(int status, std::string_view bytes) {
        const std::string said = answer(bytes);
        EXPECT_THAT(said, StartsWith("HTTP/1.1 " + std::to_string(status) + ' ')) << bytes.substr(0, 200);
        EXPECT_THAT(said, EndsWith("|closed")) << bytes.substr(0, 200);
        EXPECT_EQ(said.find("\nHTTP/1.1 "), std::string::npos) << "one answer: " << bytes.substr(0, 200);
    }

    std::shared_ptr<Pipe> connect() {
        auto pipe = driver->accept(Speaks::http);
        settle();
        return pipe;
    }
    static std::string said_by(Pipe& pipe) {
        return pipe.take_output() + (pipe.is_closed() ? "|closed" : "");
    }

    static int status_of(std::string_view answer) {
        return answer.size() < 12 ? 0 : std::stoi(std::string(answer.substr(9, 3)));
    }
    static std::string field_of(std::string_view answer, const std::string& name) {
        const std::string line = "\r\n" + name + ": ";
        const std::size_t at = answer.find(line);
        if (at == std::string_view::npos || at > answer.find("\r\n\r\n")) return "absent";
        const std::size_t begin = at + line.size();
        return std::string(answer.substr(begin, answer.find("\r\n", begin) - begin));
    }
    static std::string body_of(std::string_view answer) {
        const std::size_t head = answer.find("\r\n\r\n");
        return head == std::string_view::npos ? "" : std::string(answer.substr(head + 4));
    }

    App app;
    Config config;
    std::shared_ptr<HostileEcho> echo = std::make_shared<HostileEcho>();
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() /
        (std::string("stentor_hostile_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::shared_ptr<PipeDriver> driver;
    std::shared_ptr<Pipe> witness;
};

}  // namespace stentor::test
