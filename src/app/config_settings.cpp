#include "app/config_settings.hpp"

#include "app/config_text.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <limits>
#include <optional>
#include <utility>

namespace stentor::app {
namespace {

/// Elsewhere a 0 is refused: somebody who writes it means "unlimited", and would get the opposite.
constexpr std::array<std::string_view, 13> may_be_zero{"port",
                                                       "stomp_port",
                                                       "shards",
                                                       "shutdown_timeout",
                                                       "memory.budget",
                                                       "stomp.heart_beat_send",
                                                       "stomp.heart_beat_receive",
                                                       "stomp.max_wildcard_subscriptions",
                                                       "queue.redelivery_delay",
                                                       "broker.relay.heart_beat",
                                                       "broker.kafka.redelivery_delay",
                                                       "broker.kafka.max_redelivery_delay",
                                                       "max_age"};

constexpr unsigned most_threads = 256;
constexpr std::uint64_t largest_size = std::uint64_t{1} << 40;
constexpr std::chrono::milliseconds longest_duration = std::chrono::hours(24);

template <class T>
concept Described = boost::describe::has_describe_members<T>::value;

bool is_zero_allowed(std::string_view path) {
    return std::find(may_be_zero.begin(), may_be_zero.end(), path) != may_be_zero.end();
}

std::string toml_text(bool value) { return value ? "true" : "false"; }
std::string toml_text(const std::string& value) { return '"' + value + '"'; }
std::string toml_text(std::chrono::milliseconds value) { return toml_text(duration_text(value)); }
std::string toml_text(const std::vector<std::string>& value) {
    std::string out;
    for (const std::string& word : value) out += (out.empty() ? "" : ", ") + toml_text(word);
    return "[" + out + "]";
}
template <std::unsigned_integral T>
std::string toml_text(T value) {
    return std::to_string(value);
}
template <class T>
std::string toml_text(const std::optional<T>& value) {
    return value ? toml_text(*value) : "";
}
/// Lists of tables have no one-line form.
template <Described T>
std::string toml_text(const std::vector<T>&) {
    return "";
}

template <class T>
struct PlaceOf;  // a field of another type: give it a kind here, and a value in config_toml.cpp

template <>
struct PlaceOf<bool> {
    static Place make(bool& field, const std::string&) {
        return Flag{[&field](bool value) { field = value; }};
    }
};
template <>
struct PlaceOf<std::string> {
    static Place make(std::string& field, const std::string&) {
        return Text{[&field](std::string value) { field = std::move(value); }};
    }
};
template <>
struct PlaceOf<std::vector<std::string>> {
    static Place make(std::vector<std::string>& field, const std::string&) {
        return Words{[&field](std::vector<std::string> value) { field = std::move(value); }};
    }
};
template <>
struct PlaceOf<std::chrono::milliseconds> {
    static Place make(std::chrono::milliseconds& field, const std::string& path) {
        const std::chrono::milliseconds least(is_zero_allowed(path) ? 0 : 1);
        return Duration{least, [&field](std::chrono::milliseconds value) { field = value; }};
    }
};

/// std::uint16_t is a port, unsigned a number of threads, std::size_t a size or a number of things.
template <std::unsigned_integral T>
struct PlaceOf<T> {
    static constexpr bool is_size = std::same_as<T, std::size_t>;
    static constexpr std::uint64_t most() {
        if constexpr (is_size) return largest_size;
        else if constexpr (std::same_as<T, unsigned>) return most_threads;
        else return std::numeric_limits<T>::max();
    }
    template <class Field>
    static Place make(Field& field, const std::string& path) {
        const std::uint64_t least = is_zero_allowed(path) ? 0 : 1;
        return Number{least, most(), is_size,
                      [&field](std::uint64_t value) { field = static_cast<T>(value); }};
    }
};
template <std::unsigned_integral T>
struct PlaceOf<std::optional<T>> {
    static Place make(std::optional<T>& field, const std::string& path) {
        Place place = PlaceOf<T>::make(field, path);
        if constexpr (PlaceOf<T>::is_size)
            std::get<Number>(place).store_unlimited = [&field] { field.reset(); };
        return place;
    }
};

template <Described T>
void append_settings(T& object, const std::string& prefix, std::vector<Setting>& out);

template <Described T>
struct PlaceOf<std::vector<T>> {
    static Place make(std::vector<T>& field, const std::string&) {
        return Records{[&field] { field.clear(); },
                       [&field] {
                           std::vector<Setting> settings;
                           append_settings(field.emplace_back(), "", settings);
                           return settings;
                       }};
    }
};

template <Described T>
void append_settings(T& object, const std::string& prefix, std::vector<Setting>& out) {
    using Members =
        boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
    boost::mp11::mp_for_each<Members>([&](auto member) {
        auto& field = object.*member.pointer;
        using Field = std::remove_reference_t<decltype(field)>;
        const std::string path = prefix + member.name;
        if constexpr (Described<Field>) append_settings(field, path + ".", out);
        else out.push_back({path, PlaceOf<Field>::make(field, path), toml_text(field)});
    });
}

std::string as_text(const Number& place, std::uint64_t number) {
    return place.is_size ? size_text(number) : std::to_string(number);
}

Result<void> not_a_number(const Number& place, std::string_view text) {
    const std::string range = std::to_string(place.least) + " to " + as_text(place, place.most);
    return Error{Errc::conversion, "is " + in_quotes(text) + "; give a whole number from " + range +
                                       (place.is_size ? ", or a size such as \"64KiB\"" : "") +
                                       (place.store_unlimited ? ", or \"unlimited\"" : "")};
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

/// store_text() by kind.
struct FromText {
    std::string_view text;

    Result<void> operator()(const Flag& place) const {
        if (text != "true" && text != "false")
            return Error{Errc::conversion, "is " + in_quotes(text) + "; give true or false"};
        place.store(text == "true");
        return {};
    }
    Result<void> operator()(const Text& place) const {
        place.store(std::string(text));
        return {};
    }
    Result<void> operator()(const Number& place) const {
        if (place.store_unlimited && text == "unlimited") {
            place.store_unlimited();
            return {};
        }
        const auto number = place.is_size ? parse_size(text) : parse_number(text);
        return number.has_value() ? store_number(place, *number) : not_a_number(place, text);
    }
    Result<void> operator()(const Duration& place) const {
        const auto duration = parse_duration(text);
        if (duration.has_value()) return store_duration(place, *duration);
        return Error{Errc::conversion,
                     "is " + in_quotes(text) + R"(; give a duration such as "250ms", "10s", "5m" or "1h")"};
    }
    Result<void> operator()(const Words& place) const {
        place.store(split(text));
        return {};
    }
    Result<void> operator()(const Records&) const {
        return Error{Errc::unsupported, "is a list of tables; give it in the configuration file"};
    }
};

}  // namespace

std::vector<Setting> settings_of(ServerConfig& config) {
    std::vector<Setting> settings;
    append_settings(config, "", settings);
    return settings;
}

Result<void> store_number(const Number& place, std::uint64_t number) {
    if (number == 0 && place.least > 0)
        return Error{Errc::conversion, "is 0, which would not mean unlimited; give a number from " +
                                           std::to_string(place.least) + " to " + as_text(place, place.most)};
    if (number > place.most) return not_a_number(place, as_text(place, number));
    place.store(number);
    return {};
}

Result<void> store_duration(const Duration& place, std::chrono::milliseconds duration) {
    if (duration < place.least)
        return Error{Errc::conversion, "is 0, which would not mean unlimited; give a duration from " +
                                           duration_text(place.least) + " to " +
                                           duration_text(longest_duration)};
    if (duration > longest_duration)
        return Error{Errc::conversion, "is " + in_quotes(duration_text(duration)) +
                                           "; give a duration up to " + duration_text(longest_duration)};
    place.store(duration);
    return {};
}

Result<void> store_text(const Setting& setting, std::string_view text) {
    return std::visit(FromText{text}, setting.place);
}

}  // namespace stentor::app
