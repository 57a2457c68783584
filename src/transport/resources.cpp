// Tests: tests/unit/transport/resources_test.cpp
#include "transport/resources.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace stentor::transport {
namespace {

constexpr std::uintmax_t largest_file = 16 * 1024 * 1024;

std::string_view content_type(const std::filesystem::path& file) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> types{{
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
        {".map", "application/json"},
    }};
    for (const auto& [extension, type] : types)
        if (file.extension() == extension) return type;
    return "application/octet-stream";
}

std::string read_file(const std::filesystem::path& file) {
    if (std::filesystem::file_size(file) > largest_file)
        throw std::runtime_error(file.string() + " is over 16 MiB, too large to be served");
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error(file.string() + " cannot be read");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A symbolic link may lead out of the folder; then its name is not for everybody's eyes.
bool is_below(const std::filesystem::path& root, const std::filesystem::path& file) {
    const std::filesystem::path found = std::filesystem::canonical(file).lexically_relative(root);
    return !found.empty() && *found.begin() != "..";
}

std::string etag_of(const std::string& content) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string text = "\"";
    for (std::size_t i = 0; i < 16; ++i) {
        static constexpr char digits[] = "0123456789abcdef";
        text += digits[digest[i] >> 4];
        text += digits[digest[i] & 15];
    }
    return text + '"';
}

/// Pages may load scripts and styles from here only, and connect anywhere (they are clients of messaging
/// servers).
constexpr std::string_view content_security_policy =
    "default-src 'self'; connect-src *; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'";

http::Response not_found() {
    return {404,
            {{"Content-Type", "text/plain; charset=UTF-8"}, {"X-Content-Type-Options", "nosniff"}},
            "Not found\n"};
}

}  // namespace

void Resources::add_file(std::string path, const std::filesystem::path& file) {
    std::string content = read_file(file);
    std::string etag = etag_of(content);
    files_.insert_or_assign(std::move(path),
                            File{std::move(content), std::string(content_type(file)), std::move(etag)});
}

void Resources::add_folder(std::string_view path, const std::filesystem::path& folder) {
    std::string base(path);
    if (!base.ends_with('/')) base += '/';
    if (!std::filesystem::is_directory(folder))
        throw std::runtime_error(folder.string() + " is not a folder");
    const std::filesystem::path root = std::filesystem::canonical(folder);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file() || !is_below(root, entry.path())) continue;
        const std::string name = base + entry.path().lexically_relative(folder).generic_string();
        add_file(name, entry.path());
        if (entry.path().filename() == "index.html")
            add_file(name.substr(0, name.size() - std::string_view("index.html").size()), entry.path());
    }
}

http::Response Resources::respond(const http::Request& request) const {
    const auto file = files_.find(request.path);
    if (file == files_.end()) return not_found();
    if (request.method != "GET" && request.method != "HEAD") return {405, {{"Allow", "GET, HEAD"}}, {}};
    http::Response response;
    response.fields.add("ETag", file->second.etag);
    response.fields.add("Cache-Control", "no-cache");
    response.fields.add("X-Content-Type-Options", "nosniff");
    response.fields.add("Referrer-Policy", "no-referrer");
    response.fields.add("Content-Security-Policy", content_security_policy);
    if (request.header("If-None-Match") == file->second.etag) {
        response.status = 304;
        return response;
    }
    response.fields.add("Content-Type", file->second.type);
    response.body = file->second.content;
    return response;
}

}  // namespace stentor::transport
