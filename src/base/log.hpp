#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace stentor::log {

enum class Level { debug, info, warning, error };

/// One `name=value` of a log line. Values are escaped and cut at 256 bytes; never pass a payload, token or
/// passcode.
struct Field {
    std::string_view name;
    std::string value;

    Field(std::string_view n, std::string_view v) : name(n), value(v) {}
    Field(std::string_view n, const std::string& v) : name(n), value(v) {}
    Field(std::string_view n, const char* v) : name(n), value(v) {}
    Field(std::string_view n, long long v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, long v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, int v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, unsigned v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, unsigned long v) : name(n), value(std::to_string(v)) {}
};

/// One event with fields: `closed session=17 code=1002`; 100 a second of each, and how many more. Any thread.
void write(Level level, std::string_view event, std::initializer_list<Field> fields);
void set_level(Level level);

inline void debug(std::string_view event, std::initializer_list<Field> f = {}) {
    write(Level::debug, event, f);
}
inline void info(std::string_view event, std::initializer_list<Field> f = {}) {
    write(Level::info, event, f);
}
inline void warning(std::string_view event, std::initializer_list<Field> f = {}) {
    write(Level::warning, event, f);
}
inline void error(std::string_view event, std::initializer_list<Field> f = {}) {
    write(Level::error, event, f);
}

/// The line as written, for tests: control characters escaped, values with spaces quoted, long ones cut.
std::string format(std::string_view event, std::initializer_list<Field> fields);

}  // namespace stentor::log
