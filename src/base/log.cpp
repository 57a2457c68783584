#include "base/log.hpp"

#include "base/log_limit.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>

namespace stentor::log {
namespace {

constexpr std::size_t longest_value = 256;
constexpr std::size_t lines_per_second = 100;  // of each event: a flood of bad requests fills no disk

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

/// The standard error, with a limit for each event.
class LimitedSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    void forget() {
        const std::lock_guard lock(mutex_);
        limit_ = LogLimit{lines_per_second};
    }

protected:
    void sink_it_(const spdlog::details::log_msg& line) override {
        for (const auto& [event, lines] : limit_.left_out(line.time)) {
            const std::string text = format("suppressed", {{"event", event}, {"lines", lines}});
            spdlog::details::log_msg told(line.time, {}, line.logger_name, spdlog::level::warn, text);
            print(told);
        }
        const std::string_view text(line.payload.data(), line.payload.size());
        if (limit_.take(text.substr(0, text.find(' ')), line.time)) print(line);
    }
    void flush_() override { std::fflush(stderr); }

private:
    void print(const spdlog::details::log_msg& line) {
        spdlog::memory_buf_t text;
        formatter_->format(line, text);
        std::fwrite(text.data(), 1, text.size(), stderr);
    }

    LogLimit limit_{lines_per_second};
};

spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made = std::make_shared<spdlog::logger>("stentor", std::make_shared<LimitedSink>());
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

void start_afresh() {
    set_level(Level::info);
    for (const spdlog::sink_ptr& sink : logger().sinks()) static_cast<LimitedSink&>(*sink).forget();
}

}  // namespace stentor::log
