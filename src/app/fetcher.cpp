// Tests: tests/unit/app/identity_checks_test.cpp
#include "app/fetcher.hpp"

#include "app/config_text.hpp"
#include "fetch/fetch.hpp"
#include "security/web_origin.hpp"
#include "stentor/config.hpp"

#include <algorithm>
#include <mutex>
#include <string_view>

namespace stentor::app {

std::shared_ptr<security::HttpFetch> shared_fetcher(const std::string& whom) {
    static std::mutex mutex;
    static std::weak_ptr<security::HttpFetch> one;
    const std::lock_guard lock(mutex);
    std::shared_ptr<security::HttpFetch> fetcher = one.lock();
    if (!fetcher) {
        fetcher = fetch::make_fetch();
        if (!fetcher)
            throw ConfigError(whom +
                              ": the library was built without HTTP as a client (libcurl was not there)");
        one = fetcher;
    }
    return fetcher;
}

std::string fault_of_url(const std::string& url) {
    constexpr std::string_view separator = "://";
    const std::size_t scheme_end = url.find(separator);
    const std::size_t host = scheme_end == url.npos ? url.npos : scheme_end + separator.size();
    const std::size_t path =
        host == url.npos ? url.npos : std::min(url.find_first_of("/?#", host), url.size());
    const bool is_plain = std::ranges::all_of(url, [](unsigned char c) { return c > ' ' && c < 0x7f; });
    const auto origin = path == url.npos || !is_plain
                            ? std::nullopt
                            : security::parse_web_origin(std::string_view(url).substr(0, path));
    if (!origin)
        return "is " + in_quotes(url) + ", which is no URL; write it like \"https://id.example.com/keys\"";
    const bool is_here =
        origin->host == "localhost" || origin->host == "[::1]" || origin->host == "127.0.0.1";
    if (origin->scheme == "https" || (origin->scheme == "http" && is_here)) return {};
    return "is " + in_quotes(url) + "; write it with https, or with http and 127.0.0.1";
}

}  // namespace stentor::app
