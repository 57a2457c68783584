#pragma once

#include "stentor/security.hpp"
#include "stentor/security_config.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Users in a file, one a line: `name:hash`, or `name:hash:authority,authority`. docs/security.md, "Users".
namespace stentor {

/// For CONNECT's `login` and `passcode`, or HTTP Basic's. Reads the file now and at each reload(). Throws
/// ConfigError: "FILE:LINE: what is wrong".
[[nodiscard]] std::shared_ptr<AuthenticationProvider> users_file(const std::filesystem::path& file,
                                                                 const LoginsConfig& limits = {});

/// Writes the user's line with an argon2id hash, in the place of an older one or behind the others; these
/// stay as they are, byte by byte. Without `authorities` the user keeps those it has. A file that is not
/// there is made, for its owner only; readers see the old one or the new one, never a part. Throws
/// ConfigError, or std::system_error when it cannot be written.
void put_user(const std::filesystem::path& file, const std::string& name, const std::string& passcode,
              const std::optional<std::vector<std::string>>& authorities = std::nullopt);
/// Whether the user was there. Throws as put_user().
bool remove_user(const std::filesystem::path& file, const std::string& name);

}  // namespace stentor
