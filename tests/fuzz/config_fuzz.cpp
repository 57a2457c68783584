#include "stentor/config_file.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

/// "FILE:LINE: what is wrong; what to do", or a hint that is a question, in one line.
void require_message(std::string_view what) {
    require(what.starts_with("fuzz.toml:"));
    require(what[10] >= '1' && what[10] <= '9');
    require(what.find(';') != std::string_view::npos);
    require(what.find_first_of("\r\n") == std::string_view::npos);
}

}  // namespace

/// Any bytes are a configuration whose limits hold, or a ConfigError.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const stentor::ServerConfig config = stentor::parse_config(text, "fuzz.toml");
        require(config.stomp.max_body > 0);
        require(config.http.head_timeout.count() > 0);
        require(config.shutdown_timeout.count() >= 0);
        for (const stentor::EndpointConfig& endpoint : config.endpoint)
            require(endpoint.path.starts_with('/'));
    } catch (const stentor::ConfigError& e) { require_message(e.what()); }
    return 0;
}
