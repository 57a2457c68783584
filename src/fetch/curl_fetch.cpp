#include "fetch/curl_fetch.hpp"

#include "fetch/fetch.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <string>
#include <utility>

namespace stentor::fetch {
namespace {

constexpr long most_connections = 32;
constexpr std::chrono::milliseconds longest_wait{60'000};

struct Free {
    void operator()(CURL* each) const { curl_easy_cleanup(each); }
    void operator()(curl_slist* each) const { curl_slist_free_all(each); }
};

bool is_https(const std::string& url) { return url.starts_with("https://"); }

}  // namespace

/// One question under way.
class CurlFetch::Transfer {
public:
    Transfer(security::HttpQuestion question, Done done)
        : question_(std::move(question)), done_(std::move(done)), handle_(curl_easy_init()) {
        for (const std::string& header : question_.headers) add_header(header);
        add_header("Cache-Control: no-cache");
        add_header("Accept: application/json");
        set(CURLOPT_URL, question_.url.c_str());
        set(CURLOPT_HTTPHEADER, headers_.get());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(question_.timeout.count()));
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_USERAGENT, "stentor/" STENTOR_VERSION);
        set(CURLOPT_WRITEFUNCTION, &Transfer::take);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_PRIVATE, this);
        if (!question_.ca.empty()) set(CURLOPT_CAINFO, question_.ca.c_str());
        // What is not encrypted is on this machine, and goes to no other.
        if (!is_https(question_.url)) set(CURLOPT_PROXY, "");
    }

    [[nodiscard]] CURL* handle() const { return handle_.get(); }
    void finish(CURLcode code) {
        security::HttpAnswer answer;
        if (is_too_large_) {
            answer.fault = "the answer is too large";
        } else if (code != CURLE_OK) {
            answer.fault = curl_easy_strerror(code);
        } else {
            long status = 0;
            curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
            answer.status = static_cast<int>(status);
            answer.body = std::move(body_);
        }
        done_(std::move(answer));
    }

private:
    template <class T>
    void set(CURLoption option, T value) {
        curl_easy_setopt(handle_.get(), option, value);
    }
    void add_header(const std::string& header) {
        headers_.reset(curl_slist_append(headers_.release(), header.c_str()));
    }
    /// Takes less than was there where it is too much, which ends the transfer.
    static std::size_t take(const char* data, std::size_t, std::size_t size, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        transfer.is_too_large_ = transfer.body_.size() + size > transfer.question_.max_body;
        if (transfer.is_too_large_) return 0;
        transfer.body_.append(data, size);
        return size;
    }

    security::HttpQuestion question_;
    Done done_;
    std::unique_ptr<CURL, Free> handle_;
    std::unique_ptr<curl_slist, Free> headers_;
    std::string body_;
    bool is_too_large_ = false;
};

/// What the thread does.
class CurlFetch::Loop {
public:
    Loop() : multi_(curl_multi_init()) {
        curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, most_connections);
    }
    ~Loop() {
        for (const auto& [handle, transfer] : transfers_) curl_multi_remove_handle(multi_, handle);
        transfers_.clear();
        curl_multi_cleanup(multi_);
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void post(Task task) {
        {
            const std::lock_guard lock(mutex_);
            if (ends_) return;
            posted_.push_back(std::move(task));
        }
        curl_multi_wakeup(multi_);
    }
    /// Drops what has not begun.
    void end() {
        std::vector<Task> dropped;
        {
            const std::lock_guard lock(mutex_);
            ends_ = true;
            dropped.swap(posted_);
        }
        curl_multi_wakeup(multi_);
    }
    void run_after(std::chrono::milliseconds delay, Task task) {
        timers_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
    }
    void get(security::HttpQuestion question, Done done) {
        auto transfer = std::make_unique<Transfer>(std::move(question), std::move(done));
        CURL* const handle = transfer->handle();
        curl_multi_add_handle(multi_, handle);
        transfers_.emplace(handle, std::move(transfer));
    }

    void run() {
        while (run_posted()) {
            run_timers();
            int running = 0;
            curl_multi_perform(multi_, &running);
            finish_transfers();
            curl_multi_poll(multi_, nullptr, 0, static_cast<int>(time_to_wait().count()), nullptr);
        }
        timers_.clear();
    }

private:
    /// False at the end.
    bool run_posted() {
        std::vector<Task> tasks;
        {
            const std::lock_guard lock(mutex_);
            tasks.swap(posted_);
        }
        for (const Task& task : tasks) {
            if (is_ended()) return false;
            task();
        }
        return !is_ended();
    }
    bool is_ended() {
        const std::lock_guard lock(mutex_);
        return ends_;
    }
    void run_timers() {
        const base::TimePoint now = std::chrono::steady_clock::now();
        while (!timers_.empty() && timers_.begin()->first <= now && !is_ended()) {
            const Task task = std::move(timers_.extract(timers_.begin()).mapped());
            task();
        }
    }
    void finish_transfers() {
        int left = 0;
        while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL* const handle = message->easy_handle;
            const CURLcode code = message->data.result;
            const std::unique_ptr<Transfer> transfer = std::move(transfers_.extract(handle).mapped());
            curl_multi_remove_handle(multi_, handle);
            if (!is_ended()) transfer->finish(code);
        }
    }
    [[nodiscard]] std::chrono::milliseconds time_to_wait() const {
        if (timers_.empty()) return longest_wait;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first -
                                                                       std::chrono::steady_clock::now());
        return std::clamp(left, std::chrono::milliseconds(0), longest_wait);
    }

    CURLM* multi_;
    std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
    std::multimap<base::TimePoint, Task> timers_;
    std::mutex mutex_;  ///< of what other threads post
    std::vector<Task> posted_;
    bool ends_ = false;
};

CurlFetch::CurlFetch() : loop_(std::make_shared<Loop>()), thread_([loop = loop_] { loop->run(); }) {}

CurlFetch::~CurlFetch() {
    loop_->end();
    if (thread_.get_id() == std::this_thread::get_id()) thread_.detach();
    else thread_.join();
}

void CurlFetch::run(Task task) { loop_->post(std::move(task)); }
void CurlFetch::run_after(std::chrono::milliseconds delay, Task task) {
    loop_->run_after(delay, std::move(task));
}
void CurlFetch::get(security::HttpQuestion question, Done done) {
    loop_->get(std::move(question), std::move(done));
}
base::TimePoint CurlFetch::now() const { return std::chrono::steady_clock::now(); }

bool has_fetch() { return true; }

std::shared_ptr<security::HttpFetch> make_fetch() {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) return nullptr;
    return std::make_shared<CurlFetch>();
}

}  // namespace stentor::fetch
