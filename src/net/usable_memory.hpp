#pragma once

#include <cstddef>
#include <filesystem>

namespace stentor::net {

/// Bytes that this process may use: the machine's memory, or less where its control group allows less
/// (`memory.max`, or `memory.limit_in_bytes` of the first version). `root`: where the file system begins.
[[nodiscard]] std::size_t usable_memory(const std::filesystem::path& root = "/");

}  // namespace stentor::net
