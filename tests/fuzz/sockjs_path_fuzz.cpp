// Paths below a SockJS base.
#include "sockjs/path.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

using namespace stentor::sockjs;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

/// The parts a transport path gives are the last two segments of the path, within their bounds.
void check_parts(std::string_view rest, const TransportPath& found) {
    require(rest.ends_with("/" + found.session + "/" + found.transport));
    require(!found.session.empty() && found.session.size() <= 128);
    require(found.session.find_first_of("./;") == std::string::npos);
    require(!found.transport.empty() && found.transport.find_first_of("./;%") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view rest(reinterpret_cast<const char*>(data), size);
    const Path open_path = parse_path(rest, false);
    const Path strict_path = parse_path(rest, true);
    if (const auto* found = std::get_if<TransportPath>(&open_path)) check_parts(rest, *found);
    if (std::holds_alternative<TransportPath>(strict_path))
        require(std::get<TransportPath>(strict_path).session.size() >= 8);
    // Strictness only refuses more; it never reads a path as something else.
    require(strict_path == open_path || (std::holds_alternative<NotFound>(strict_path) &&
                                         std::holds_alternative<TransportPath>(open_path)));
    return 0;
}
