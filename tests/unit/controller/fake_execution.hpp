#pragma once

#include "stentor/coroutine.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace stentor::controller {

/// A shard and its workers in the test's hand: nothing runs until the test says so.
class FakeExecution : public Execution {
public:
    void post(std::function<void()> task) override { posted.push_back(std::move(task)); }
    void run_on_workers(const std::string& session_id, std::function<void()> task) override {
        workers.emplace_back(session_id, std::move(task));
    }
    std::any asio_executor() override { return boost::asio::any_io_executor(loop.get_executor()); }

    /// Runs `work` as the shard's loop does, and whatever can go on without waiting.
    void on_shard(std::function<void()> work) {
        boost::asio::post(loop, std::move(work));
        poll();
    }
    void poll() {
        loop.restart();
        loop.poll();
    }
    void run_workers() {
        for (auto& [session, task] : std::exchange(workers, {})) task();
    }
    void run_posted() {
        for (auto& task : std::exchange(posted, {})) task();
    }

    boost::asio::io_context loop;
    std::deque<std::function<void()>> posted;
    std::vector<std::pair<std::string, std::function<void()>>> workers;
};

/// A message of session "s1", which is alice's unless told otherwise.
inline std::shared_ptr<Call> make_call(FakeExecution& execution, std::string lookup, std::string body = {},
                                       Headers headers = {}) {
    auto message =
        std::make_shared<const Message>(Message{"/app" + lookup, std::move(headers), std::move(body), {}});
    auto session = std::make_shared<SessionState>(
        SessionState{"s1", std::make_unique<const Principal>(Principal{"alice", {"USER"}}), {}});
    return std::make_shared<Call>(Call{.message = message,
                                       .lookup = std::move(lookup),
                                       .session = session,
                                       .principal = session->principal,
                                       .execution = &execution});
}

/// What a bound function answers at once.
inline Answer answer(const BoundFunction& function, const std::shared_ptr<Call>& call) {
    std::vector<Answer> answers;
    function.invoke(call, [&](Answer given) { answers.push_back(std::move(given)); });
    return answers.size() == 1 ? answers.front() : Answer(Error{Errc::failed, "not answered exactly once"});
}

inline std::string text_of(const Answer& answer) {
    if (const auto* content = std::get_if<Content>(&answer)) return content->body.bytes;
    if (const auto* error = std::get_if<Error>(&answer))
        return std::string(to_string(error->code)) + ": " + error->message;
    return std::holds_alternative<Nothing>(answer) ? "nothing" : "exception";
}

}  // namespace stentor::controller
