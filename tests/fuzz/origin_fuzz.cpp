// An Origin and a Host, split at the first zero byte: what the policy allows must be what a naive comparison
// of the two texts allows.
#include "security/origin.hpp"
#include "security/web_origin.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace stentor;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// "http://host:port" in lower case, the port always there; `host` may have one.
std::string naive(std::string host) {
    host = lower(host);
    const std::size_t colon = host.rfind(':');
    const bool has_port = colon != host.npos && host.find(']', colon) == host.npos;
    std::string port = has_port ? host.substr(colon + 1) : "80";
    if (has_port) host.resize(colon);
    port.erase(0, std::min(port.find_first_not_of('0'), port.size()));
    return "http://" + host + ":" + (port.empty() ? "80" : port);
}

void check_parsed(std::string_view text) {
    const auto origin = security::parse_web_origin(text);
    if (!origin) return;
    require(!origin->scheme.empty());
    require(!origin->host.empty() || lower(text) == "file://");
    require(lower(origin->scheme) == origin->scheme && lower(origin->host) == origin->host);
    require(origin->host.find_first_of("/@ ,\t\r\n\\?#") == std::string::npos);
    if (origin->port == 0) return;
    const std::string written = origin->scheme + "://" + origin->host + ":" + std::to_string(origin->port);
    require(security::parse_web_origin(written) == origin);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t split = std::min(input.find('\0'), input.size());
    const std::string_view origin = input.substr(0, split);
    const std::string_view host = input.substr(std::min(split + 1, input.size()));
    check_parsed(origin);

    http::Request request;
    request.fields.add("Origin", origin);
    request.fields.add("Host", host);
    const security::OriginPolicy same_origin;
    if (same_origin.allows(request, false)) {
        const std::string lowered = lower(origin);
        require(lowered.starts_with("http://"));
        require(naive(lowered.substr(7)) == naive(std::string(host)));
    }
    security::OriginPolicy listed;
    listed.set_allowed_origins({"https://good.example"});
    if (listed.allows(request, false) && !same_origin.allows(request, false)) {
        const std::string lowered = lower(origin);
        require(lowered.starts_with("https://good.example"));
        const std::string_view port = std::string_view(lowered).substr(20);
        require(port.empty() ||
                (port.starts_with(':') && port.find_first_not_of("0", 1) == port.find("443")));
    }
    request.fields.add("Origin", origin);
    require(!same_origin.allows(request, false));
    return 0;
}
