#pragma once

#include "stentor/config_file.hpp"
#include "stentor/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stentor::app {

struct Setting;

/// How a setting takes its value: one kind for each type a described field may have.
struct Flag {
    std::function<void(bool)> store;
};
struct Text {
    std::function<void(std::string)> store;
};
struct Number {
    std::uint64_t least;
    std::uint64_t most;
    bool is_size;  ///< "64KiB" will do too
    std::function<void(std::uint64_t)> store;
    std::function<void()> store_unlimited = {};  ///< where that word may be given
};
struct Duration {
    std::chrono::milliseconds least;
    std::function<void(std::chrono::milliseconds)> store;
};
struct Words {
    std::function<void(std::vector<std::string>)> store;
};
/// A list of tables, `[[endpoint]]`.
struct Records {
    std::function<void()> clear;
    std::function<std::vector<Setting>()> add;  ///< the settings of a new last one
};
using Place = std::variant<Flag, Text, Number, Duration, Words, Records>;

/// A field of the described structs, found by its path ("stomp.max_body"). Lives no longer than the struct it
/// stores into.
struct Setting {
    std::string path;
    Place place;
    std::string default_value;  ///< as TOML
};

/// Every described field, those of nested structs too, in the order of their declaration: a new field needs
/// no code.
std::vector<Setting> settings_of(ServerConfig& config);

/// Stores a value, or says in the error's message what is wrong and what to do, beginning with a verb ("is
/// 70000; give ...").
Result<void> store_number(const Number& place, std::uint64_t number);
Result<void> store_duration(const Duration& place, std::chrono::milliseconds duration);
/// The text of an environment variable or of the command line. Not for Records.
Result<void> store_text(const Setting& setting, std::string_view text);

}  // namespace stentor::app
