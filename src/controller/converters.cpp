#include "stentor/converters.hpp"

#include <algorithm>

namespace stentor {
namespace {

constexpr std::string_view others =
    "!#$%&'*+-.^_`|~";  // than letters and digits, in a token: RFC 9110, 5.6.2

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != std::string_view::npos;
    });
}

bool is_media_type(std::string_view text) {
    const std::size_t slash = text.find('/');
    return slash != std::string_view::npos && is_token(text.substr(0, slash)) &&
           is_token(text.substr(slash + 1));
}

Error wrong(const BoundConverter& converter, Errc code, const char* why) {
    return {code, "message converter for \"" + converter.content_type + "\": " + why};
}

}  // namespace

namespace detail {

std::string media_type(std::string_view content_type) {
    std::string type(content_type.substr(0, content_type.find(';')));
    std::erase_if(type, [](char c) { return c == ' ' || c == '\t'; });
    for (char& c : type)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return type;
}

bool may_be_json(std::string_view content_type) {
    if (content_type.empty() || content_type == "application/json") return true;  // as nearly all of them
    const std::string type = media_type(content_type);
    return type.empty() || type == "application/json" || type == "text/plain" || type.ends_with("+json");
}

}  // namespace detail

Result<void> Converters::check() const {
    for (auto own = all_.begin(); own != all_.end(); ++own) {
        if (!is_media_type(own->content_type) || own->content_type != detail::media_type(own->content_type))
            return wrong(*own, Errc::malformed,
                         "a content type is two words in small letters, as application/x-protobuf");
        if (own->is_json && detail::may_be_json(own->content_type))
            return wrong(*own, Errc::conflict, "its type is read from and written to that already, as JSON");
        const auto same = [&](const BoundConverter& other) {
            return other.type == own->type && other.content_type == own->content_type;
        };
        if (std::any_of(all_.begin(), own, same))
            return wrong(*own, Errc::conflict, "one of its types has two of them");
    }
    return {};
}

const BoundConverter* Converters::find(std::type_index type, std::string_view content_type) const {
    const std::string wanted = detail::media_type(content_type);
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const BoundConverter& one) {
        return one.type == type && (wanted.empty() || one.content_type == wanted);
    });
    return found == all_.end() ? nullptr : &*found;
}

std::string Converters::content_types_of(std::type_index type) const {
    std::string all;
    for (const BoundConverter& one : all_)
        if (one.type == type) all += (all.empty() ? "" : " or ") + one.content_type;
    return all;
}

}  // namespace stentor
