#include "relay/destination_mapping.hpp"

#include "messaging/destination.hpp"

#include <algorithm>
#include <array>

namespace stentor::relay {
namespace {

constexpr std::size_t max_name =
    255;  // AMQP's short strings, which RabbitMQ's routing keys and queue names are

bool is_plain(char c) {
    static constexpr std::string_view marks = "-_~@+=!$:";
    const bool is_letter_or_digit =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_letter_or_digit || static_cast<unsigned char>(c) >= 0x80 || marks.find(c) != marks.npos;
}

bool is_name(std::string_view segment) {
    return !segment.empty() && std::ranges::all_of(segment, is_plain) && segment.find("::") == segment.npos;
}

}  // namespace

Result<std::string> to_broker_destination(std::string_view destination) {
    if (destination.size() > max_name)
        return Error{Errc::too_large,
                     "A broker's destination may have " + std::to_string(max_name) + " bytes"};
    if (const auto ok = messaging::check_destination(destination); ok.has_error()) return ok.error();
    std::string_view rest = destination;
    std::string name = "/" + std::string(messaging::next_segment(rest));
    if (rest.empty()) return Error{Errc::unsupported, "The destination needs a name after '" + name + "'"};
    for (char joint = '/'; !rest.empty(); joint = '.') {
        const std::string_view segment = messaging::next_segment(rest);
        if (!is_name(segment))
            return Error{Errc::unsupported,
                         "The broker's destinations have letters, digits and -_~@+=!$: only"};
        name.append(1, joint).append(segment);
    }
    return name;
}

bool is_relayable_prefix(std::string_view prefix) {
    static constexpr auto special = std::to_array<std::string_view>(
        {"/exchange", "/amq", "/temp-queue", "/temp-topic", "/reply-queue", "/dsub"});
    return messaging::check_destination(prefix).has_value() && prefix.rfind('/') == 0 &&
           is_name(prefix.substr(1)) && std::ranges::find(special, prefix) == special.end();
}

}  // namespace stentor::relay
