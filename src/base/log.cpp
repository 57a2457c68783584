#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>

namespace stentor::log {
namespace {

constexpr std::size_t longest_value = 256;

void append_escaped(std::string& out, std::string_view value) {
    const bool cut = value.size() > longest_value;
    value = value.substr(0, longest_value);
    const bool quote = value.empty() || value.find_first_of(" =\"") != std::string_view::npos;
    if (quote) out += '"';
    for (unsigned char c : value) {
        if (c < 0x20 || c >= 0x7f) {
            char hex[5];
            std::snprintf(hex, sizeof hex, "\\x%02x", c);
            out += hex;
        } else {
            if (c == '"' || c == '\\') out += '\\';
            out += static_cast<char>(c);
        }
    }
    if (cut) out += "...";
    if (quote) out += '"';
}

spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made =
            std::make_shared<spdlog::logger>("stentor", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
        made->flush_on(spdlog::level::info);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

std::string format(std::string_view event, std::initializer_list<Field> fields) {
    std::string line(event);
    for (const Field& field : fields) {
        line += ' ';
        line += field.name;
        line += '=';
        append_escaped(line, field.value);
    }
    return line;
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (logger().should_log(to_spdlog(level))) logger().log(to_spdlog(level), "{}", format(event, fields));
}

void set_level(Level level) { logger().set_level(to_spdlog(level)); }

}  // namespace stentor::log
