#pragma once

#include "base/clock.hpp"
#include "security/http_fetch.hpp"
#include "security/key_set.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stentor::security {

/// The keys that an issuer publishes at a URL (RFC 7517 5), kept fresh: fetched at the start and again every
/// `refresh`. While the URL fails the last ones stay, for `max_stale`, and it is asked again after a second,
/// then two, four, up to `refetch_interval`. A token that names a key which is not there has them fetched
/// once more, at most every `refetch_interval`, and waits for that. On the fetch's thread.
class JwksKeys : public std::enable_shared_from_this<JwksKeys> {
public:
    using Keys = std::shared_ptr<const KeySet>;  ///< null: there are none
    using Done = std::function<void(const Keys&)>;

    struct Settings {
        HttpQuestion question = {};
        std::chrono::milliseconds refresh{600'000};
        std::chrono::milliseconds refetch_interval{60'000};
        std::chrono::milliseconds max_stale{86'400'000};
        std::size_t max_waiting = 1'000;  ///< tokens that wait for a fetch
    };

    /// `changed` is told each time they are others. `fetch` lives as long as its thread runs.
    JwksKeys(Settings settings, HttpFetch& fetch, Done changed)
        : settings_(std::move(settings)), fetch_(fetch), changed_(std::move(changed)) {}

    void start();
    /// A token needs keys that `seen` has not. Calls `done` once, with those that there are then: others, or
    /// the same where nothing newer can be had now.
    void wait_for_newer(const Keys& seen, Done done);
    /// How often the URL was asked.
    [[nodiscard]] std::size_t fetches() const { return fetches_; }

private:
    void fetch();
    void fetched(HttpAnswer answer);
    [[nodiscard]] Result<KeySet> keys_in(const HttpAnswer& answer) const;
    void failed(const std::string& reason);
    void fetch_in(std::chrono::milliseconds delay);
    void drop_stale();
    void set(Keys keys);

    Settings settings_;
    HttpFetch& fetch_;
    Done changed_;
    Keys keys_;
    std::vector<Done> waiting_;
    base::TimePoint asked_;    ///< when a token last had them fetched
    base::TimePoint fetched_;  ///< when they came
    std::chrono::milliseconds retry_{1'000};
    std::size_t fetches_ = 0;
    std::size_t timers_ = 0;  ///< set so far: only the last one counts
    bool has_asked_ = false;
    bool is_fetching_ = false;
};

}  // namespace stentor::security
