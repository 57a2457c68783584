#include "report.hpp"

#include <algorithm>
#include <cstdio>

namespace stentor::bench {
namespace {

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
            out += escape;
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string number(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
}

/// Items with commas between them.
template <typename Items, typename ToText>
std::string joined(const Items& items, ToText to_text) {
    std::string text;
    for (const auto& item : items) text.append(text.empty() ? "" : ",").append(to_text(item));
    return text;
}

std::string figure(const Figure& one) {
    const auto [least, most] = std::minmax_element(one.rounds.begin(), one.rounds.end());
    return quoted(one.key) + ":{\"median\":" + number(median(one.rounds)) + ",\"min\":" + number(*least) +
           ",\"max\":" + number(*most) + ",\"rounds\":[" + joined(one.rounds, number) + "]}";
}

std::string violations(const Violations& wrong) {
    return "{\"lost\":" + std::to_string(wrong.lost) + ",\"duplicated\":" + std::to_string(wrong.duplicated) +
           ",\"reordered\":" + std::to_string(wrong.reordered) +
           ",\"foreign\":" + std::to_string(wrong.foreign) + ",\"described\":[" +
           joined(wrong.described, quoted) + "]}";
}

std::string target(const Result& first, const Result& result) {
    const double ratio = ratio_to_first(first, result);
    return "{\"name\":" + quoted(result.target.name) + ",\"pids\":[" +
           joined(result.target.pids, [](pid_t pid) { return std::to_string(pid); }) + "],\"figures\":{" +
           joined(result.figures, figure) + "},\"ratio_to_first\":" + (ratio > 0 ? number(ratio) : "null") +
           ",\"violations\":" + violations(result.violations) + ",\"notes\":[" +
           joined(result.notes, quoted) + "]}";
}

std::string settings(const Options& options) {
    return "\"connections\":" + std::to_string(options.sessions()) +
           ",\"body\":" + std::to_string(options.body) +
           ",\"in_flight\":" + std::to_string(options.in_flight) +
           ",\"messages\":" + std::to_string(options.messages) +
           ",\"rate\":" + (options.rate ? number(*options.rate) : "null") +
           ",\"seconds\":" + number(options.seconds) + ",\"rounds\":" + std::to_string(options.rounds) +
           ",\"warm_up\":" + std::to_string(options.warm_up) +
           ",\"deflate\":" + (options.deflate ? "true" : "false") +
           ",\"unchecked\":" + (options.unchecked ? "true" : "false") +
           ",\"seed\":" + std::to_string(options.seed);
}

}  // namespace

std::string as_json(const Options& options, const std::vector<Result>& results) {
    return "{\"workload\":" + quoted(name_of(options.workload)) +
           ",\"description\":" + quoted(describe(options)) + "," + settings(options) + ",\"targets\":[\n" +
           joined(results, [&](const Result& result) { return target(results.front(), result); }) + "]}\n";
}

}  // namespace stentor::bench
