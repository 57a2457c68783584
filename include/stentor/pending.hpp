#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace stentor {

namespace app {
class Inside;
}

namespace detail {

/// The shard whose thread the caller is on, if it is one's.
std::optional<unsigned> shard_here(app::Inside& inside);
/// Runs `task` later on that shard, or at once when nothing runs.
void run_on_shard(app::Inside& inside, unsigned shard, std::function<void()> task);
/// Throws std::logic_error on a shard's thread.
void forbid_waiting_on_a_shard(app::Inside& inside);

/// What a Pending and those who work on its result have in common. Any thread.
template <class T>
class PendingState {
public:
    explicit PendingState(app::Inside& inside) : inside_(inside) {}

    /// Once.
    void complete(T value) {
        value_ = std::move(value);
        if ((state_.fetch_or(has_value) & has_listener) != 0) tell();
        state_.notify_all();
    }
    /// No more than once.
    void then(std::function<void(T)> listener) {
        listener_ = std::move(listener);
        home_ = shard_here(inside_).value_or(0);
        if ((state_.fetch_or(has_listener) & has_value) != 0) tell();
    }
    T get() {
        forbid_waiting_on_a_shard(inside_);
        for (unsigned now = state_; (now & has_value) == 0; now = state_) state_.wait(now);
        return *value_;
    }

private:
    static constexpr unsigned has_value = 1;
    static constexpr unsigned has_listener = 2;

    void tell() {
        run_on_shard(inside_, home_, [listener = std::move(listener_), value = *value_] { listener(value); });
    }

    app::Inside& inside_;
    std::atomic<unsigned> state_ = 0;
    std::optional<T> value_;
    std::function<void(T)> listener_;
    unsigned home_ = 0;
};

}  // namespace detail

/// A result to which every shard contributes, and so one that is not there at once. It comes in any case:
/// when the application does not run, or ends meanwhile, it is empty (0, false, nothing). May be dropped. A
/// light handle; any thread; not to be used when the App is gone.
///
/// In a coroutine: `co_await wait_for(pending)` (coroutine.hpp).
template <class T>
class Pending {
public:
    using Value = T;

    /// Calls `listener` with the result, once: later, on the caller's shard if it is on one, else on the
    /// first; on whatever thread is there when the application does not run. Not together with another then()
    /// of the same Pending. What the listener throws is logged.
    void then(std::function<void(T)> listener) const { state_->then(std::move(listener)); }
    /// Waits for it. Throws std::logic_error on a shard (in handlers, listeners and functions that are not
    /// mapped .on_workers()), which must never wait.
    [[nodiscard]] T get() const { return state_->get(); }

    /// For the library only.
    explicit Pending(std::shared_ptr<detail::PendingState<T>> state) : state_(std::move(state)) {}

private:
    std::shared_ptr<detail::PendingState<T>> state_;
};

}  // namespace stentor
