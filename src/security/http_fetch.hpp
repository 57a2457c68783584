#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace stentor::security {

/// A GET of something that the configuration names. A value.
struct HttpQuestion {
    std::string url = {};
    std::vector<std::string> headers = {};  ///< "Name: value"
    std::string ca = {};                    ///< a file of certificates to trust instead of the system's
    std::chrono::milliseconds timeout{5'000};
    std::size_t max_body = std::size_t{256} * 1024;
};

struct HttpAnswer {
    int status = 0;          ///< 0: there was no answer, or one that is too large
    std::string body = {};   ///< of a status
    std::string fault = {};  ///< why there was none
};

/// Asks servers over HTTP, on one thread of its own. What still waits when it ends is dropped. Every task and
/// answer runs on that thread, one after the other; run() may be called on any thread, the rest there.
class HttpFetch {
public:
    using Task = std::function<void()>;
    using Done = std::function<void(HttpAnswer)>;

    virtual ~HttpFetch() = default;
    virtual void run(Task task) = 0;
    virtual void run_after(std::chrono::milliseconds delay, Task task) = 0;
    /// Redirects are an answer like others: they are not followed. Calls `done` once, later.
    virtual void get(HttpQuestion question, Done done) = 0;
    [[nodiscard]] virtual base::TimePoint now() const = 0;
};

}  // namespace stentor::security
