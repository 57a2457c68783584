#pragma once

#include "security/users_file.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::app {

/// A users file as it is on the disk: up to 16 MiB of a regular file that not everybody may write to, and one
/// that everybody may read is warned of. Nothing when there is none. Throws ConfigError.
std::optional<std::string> read_users_file(const std::filesystem::path& file);

/// Throws ConfigError, "FILE:LINE: what is wrong".
std::vector<security::UserLine> users_of(std::string_view text, const std::filesystem::path& file);

/// Puts `text` in the file's place at once, with its owner and its permissions; a new file is its owner's
/// alone. Throws std::system_error.
void write_users_file(const std::filesystem::path& file, std::string_view text);

/// While it lives no other program changes the files of that one's folder by these functions.
class UsersFileLock {
public:
    /// Waits for it. Throws std::system_error.
    explicit UsersFileLock(const std::filesystem::path& file);
    ~UsersFileLock();
    UsersFileLock(const UsersFileLock&) = delete;
    UsersFileLock& operator=(const UsersFileLock&) = delete;

private:
    int fd_;
};

}  // namespace stentor::app
