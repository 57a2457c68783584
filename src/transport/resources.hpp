#pragma once

#include "http/message.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace stentor::transport {

/// Files served as they are. All are read at start-up, so that no request can reach any other file. Immutable
/// once the application runs.
class Resources {
public:
    /// Serves every regular file below `folder` at path + its relative name, and an index.html at its
    /// folder's own path too; symbolic links that lead out of it are left out. Throws std::runtime_error when
    /// the folder cannot be read or a file is over 16 MiB.
    void add_folder(std::string_view path, const std::filesystem::path& folder);
    void add_file(std::string path, const std::filesystem::path& file);

    /// The answer to a GET or HEAD, with ETag and 304; null status 404 when there is no such file, 405 for
    /// other methods.
    [[nodiscard]] http::Response respond(const http::Request& request) const;
    [[nodiscard]] bool empty() const { return files_.empty(); }

private:
    struct File {
        std::string content;
        std::string type;
        std::string etag;
    };
    std::map<std::string, File, std::less<>> files_;
};

}  // namespace stentor::transport
