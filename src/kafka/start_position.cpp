#include "kafka/start_position.hpp"

#include <charconv>
#include <limits>
#include <optional>
#include <string>

namespace stentor::kafka {
namespace {

constexpr std::size_t max_partitions = 1000;

template <class Number>
std::optional<Number> read_number(std::string_view text) {
    Number number{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

Error malformed(const char* what) { return {Errc::malformed, what}; }

Result<StartPosition> read_offsets(std::string_view text) {
    Offsets offsets;
    while (!text.empty()) {
        const std::string_view entry = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), entry.size() + 1));
        const std::size_t joint = entry.find('=');
        if (joint == entry.npos) return malformed("offset is a number, earliest, latest, or 0=120,1=95");
        const auto partition = read_number<std::int32_t>(entry.substr(0, joint));
        const auto offset = read_number<std::int64_t>(entry.substr(joint + 1));
        if (!partition || !offset) return malformed("offset names partitions and offsets by numbers");
        if (!offsets.first.emplace(*partition, *offset).second)
            return malformed("offset names a partition twice");
        if (offsets.first.size() > max_partitions) return malformed("offset names too many partitions");
    }
    return StartPosition(std::move(offsets));
}

}  // namespace

Result<StartPosition> read_start_position(const Headers& headers) {
    const auto offset = headers.find("offset");
    const auto timestamp = headers.find("timestamp");
    const auto partition = headers.find("partition");
    if (offset && timestamp) return malformed("A subscription begins at an offset or a timestamp, not both");
    if (timestamp) {
        const auto number = read_number<std::int64_t>(*timestamp);
        if (!number || partition) return malformed("timestamp is milliseconds since 1970, of all partitions");
        return StartPosition(Since{*number});
    }
    if (!offset) {
        if (partition) return malformed("partition needs an offset");
        return StartPosition(Latest{});
    }
    if (partition) {
        const auto number = read_number<std::int32_t>(*partition);
        const auto first = read_number<std::int64_t>(*offset);
        if (!number || !first) return malformed("partition and offset are numbers");
        return StartPosition(Offsets{{{*number, *first}}});
    }
    if (*offset == "earliest") return StartPosition(Earliest{});
    if (*offset == "latest") return StartPosition(Latest{});
    if (const auto number = read_number<std::int64_t>(*offset)) return StartPosition(Offsets{{{0, *number}}});
    if (offset->empty()) return malformed("offset is empty");
    return read_offsets(*offset);
}

}  // namespace stentor::kafka
