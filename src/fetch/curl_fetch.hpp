#pragma once

#include "security/http_fetch.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

using CURLM = void;

namespace stentor::fetch {

/// libcurl's multi interface on a thread of its own. Certificates are verified; http and https only; nothing
/// is followed, decompressed, cached or kept of cookies; a proxy of the environment is used for https alone.
/// run(): Any thread; the rest: its own.
class CurlFetch final : public security::HttpFetch {
public:
    CurlFetch();
    /// Waits for the task that is under way. May be called by one: then the thread ends behind it.
    ~CurlFetch() override;
    CurlFetch(const CurlFetch&) = delete;
    CurlFetch& operator=(const CurlFetch&) = delete;

    void run(Task task) override;
    void run_after(std::chrono::milliseconds delay, Task task) override;
    void get(security::HttpQuestion question, Done done) override;
    [[nodiscard]] base::TimePoint now() const override;

private:
    class Transfer;
    class Loop;

    std::shared_ptr<Loop> loop_;  ///< the thread's too, as it may end last
    std::thread thread_;
};

}  // namespace stentor::fetch
