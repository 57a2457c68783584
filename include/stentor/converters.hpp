#pragma once

#include "stentor/detail/json_types.hpp"
#include "stentor/result.hpp"

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

namespace stentor {

/// Whether T, which is no JSON, is a payload or a result all the same, by a converter given to
/// App::add_message_converter. Say so for your types, before the functions that use them are mapped:
///
///     template <std::derived_from<google::protobuf::MessageLite> T>
///     inline constexpr bool stentor::has_message_converter<T> = true;
template <class T>
inline constexpr bool has_message_converter = false;

/// What converts between a T and a message's body of one content type. Called by all shards at once.
template <class C, class T>
concept MessageConverter =
    std::default_initializable<T> && requires(const C& converter, std::string_view body, T& into) {
        { converter.read(body, into) } -> std::same_as<Result<void>>;
        { converter.write(std::as_const(into)) } -> std::convertible_to<std::string>;
    };

/// A MessageConverter without its types. Immutable.
struct BoundConverter {
    std::string content_type;
    std::type_index type;
    std::function<Result<void>(std::string_view, void*)> read;
    std::function<std::string(const void*)> write;
    bool is_json;  ///< the type is JSON as well
};

template <class T, class C>
BoundConverter bind_converter(std::string content_type, std::shared_ptr<const C> converter) {
    return {std::move(content_type), typeid(T),
            [converter](std::string_view body, void* into) {
                return converter->read(body, *static_cast<T*>(into));
            },
            [converter](const void* value) -> std::string {
                return converter->write(*static_cast<const T*>(value));
            },
            json::Readable<T> || json::Writable<T>};
}

/// The application's own message converters. Immutable once the application runs.
class Converters {
public:
    void add(BoundConverter converter) { all_.push_back(std::move(converter)); }
    /// The mistakes of start-up: one registered twice, content types that are none, or that are JSON's.
    [[nodiscard]] Result<void> check() const;

    /// The converter for that type and content type; for an empty content type the first one registered for
    /// the type. Null when there is none.
    [[nodiscard]] const BoundConverter* find(std::type_index type, std::string_view content_type) const;
    /// The content types there are for a type: "a/b or c/d".
    [[nodiscard]] std::string content_types_of(std::type_index type) const;

private:
    std::vector<BoundConverter> all_;
};

namespace detail {

/// "text/html" of "Text/HTML; charset=utf-8".
std::string media_type(std::string_view content_type);
/// Whether a body may be JSON. Browsers' STOMP clients often send it without a content type or as text; both
/// are let through.
bool may_be_json(std::string_view content_type);

}  // namespace detail

}  // namespace stentor
