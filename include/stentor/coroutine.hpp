#pragma once

#include "stentor/detail/authenticate.hpp"
#include "stentor/mapping.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <any>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

/// Controller functions that wait without holding up anybody: coroutines on the session's shard. The only
/// public header that includes Boost.Asio.
namespace stentor {

/// What a coroutine returns. It may outlive its session: its arguments and the message stay alive until it
/// ends, also those taken by reference.
template <class T>
using awaitable = boost::asio::awaitable<T>;

namespace detail {

/// Where it is a service of the coroutine's context, sleep_for waits as it says and not by the system's
/// clock: the test kit counts the time.
class Sleeps final : public boost::asio::execution_context::service {
public:
    using Begin = std::function<void(std::chrono::steady_clock::duration, std::function<void()> wake)>;

    explicit Sleeps(boost::asio::execution_context& context, Begin how = {})
        : service(context), begin(std::move(how)) {}

    const Begin begin;
    static inline boost::asio::execution_context::id id;

private:
    void shutdown() override {}
};

}  // namespace detail

/// Waits on the shard of the coroutine that awaits it.
inline awaitable<void> sleep_for(std::chrono::steady_clock::duration duration) {
    const auto shard = co_await boost::asio::this_coro::executor;
    auto& context = boost::asio::query(shard, boost::asio::execution::context);
    if (boost::asio::has_service<detail::Sleeps>(context)) {
        const auto begin = [&](auto handler) {
            auto resume = std::make_shared<decltype(handler)>(std::move(handler));
            boost::asio::use_service<detail::Sleeps>(context).begin(
                duration, [resume = std::move(resume)] { boost::asio::post(std::move(*resume)); });
        };
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void()>(
            begin, boost::asio::use_awaitable);
        co_return;
    }
    boost::asio::steady_timer timer(shard, duration);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

namespace detail {

/// `start` lives in this frame until the user's coroutine, which refers into it, has ended.
template <class T, class Start>
awaitable<Answer> answer_later(Start start, Writing how) {
    Answer answer;
    try {
        if constexpr (std::is_void_v<T>) {
            co_await start();
        } else {
            T value = co_await start();
            answer = Answering<T>::from(std::move(value), how);
        }
    } catch (...) { answer = std::current_exception(); }
    co_return answer;
}

}  // namespace detail

template <class T>
struct Awaiting<boost::asio::awaitable<T>> {
    static constexpr bool known = true;
    using Value = T;

    /// Runs until the first wait at once, when called on the shard. What `how` refers to lives until
    /// `answered` has been called.
    template <class Start>
    static void start(Execution& execution, Start start, Writing how, AnswerHandler answered) {
        const auto shard = std::any_cast<boost::asio::any_io_executor>(execution.asio_executor());
        boost::asio::co_spawn(
            shard, detail::answer_later<T>(std::move(start), how),
            [answered = std::move(answered)](const std::exception_ptr& thrown, Answer answer) {
                answered(thrown ? Answer(thrown) : std::move(answer));
            });
    }
};

namespace detail {

/// The function and the credentials live in this frame until the user's coroutine has ended.
template <class F>
awaitable<AuthenticationAnswer> authenticate_later(std::shared_ptr<F> function, Credentials shown) {
    co_return to_answer(co_await (*function)(shown), shown);
}

template <class T>
struct Authenticating<boost::asio::awaitable<T>> {
    template <class F>
    static void start(const std::shared_ptr<F>& function, const Credentials& shown, Execution& execution,
                      AuthenticationProvider::Done done) {
        const auto shard = std::any_cast<boost::asio::any_io_executor>(execution.asio_executor());
        boost::asio::co_spawn(
            shard, authenticate_later(function, shown),
            [done = std::move(done)](const std::exception_ptr& thrown, AuthenticationAnswer answer) {
                done(thrown ? AuthenticationAnswer::unavailable("the authenticator threw")
                            : std::move(answer));
            });
    }
};

}  // namespace detail

/// What a Pending (pending.hpp) brings; the coroutine goes on where it was.
template <class P>
awaitable<typename P::Value> wait_for(P pending) {
    using Value = typename P::Value;
    const auto shard = co_await boost::asio::this_coro::executor;
    const auto begin = [&](auto handler) {
        auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        pending.then([resume = std::move(resume), shard](Value value) {
            boost::asio::post(shard, [resume, value = std::move(value)]() mutable {
                std::move (*resume)(std::move(value));
            });
        });
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Value)>(
        begin, boost::asio::use_awaitable);
}

}  // namespace stentor
