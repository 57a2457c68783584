// Tests: tests/unit/net/usable_memory_test.cpp
#include "net/usable_memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace stentor::net {
namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

/// "max", or no such file, is none.
std::size_t limit_in(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::size_t bytes = 0;
    return in >> bytes ? bytes : no_limit;
}

/// Of a group and of those it is in, which hold for it as well.
std::size_t limit_of(const std::filesystem::path& mounted, std::filesystem::path group, const char* name) {
    std::size_t least = limit_in(mounted / name);
    for (; group.has_relative_path(); group = group.parent_path())
        least = std::min(least, limit_in(mounted / group.relative_path() / name));
    return least;
}

/// Lines are "0::/group" for the second version, "7:memory:/group" for the first (cgroups(7)).
std::size_t limit_of_groups(const std::filesystem::path& root) {
    std::size_t least = no_limit;
    std::ifstream lines(root / "proc/self/cgroup");
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const std::string group = line.substr(second + 1);
        if (controllers.empty())
            least = std::min(least, limit_of(root / "sys/fs/cgroup", group, "memory.max"));
        else if (("," + controllers + ",").find(",memory,") != std::string::npos)
            least = std::min(least, limit_of(root / "sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
    }
    return least;
}

}  // namespace

std::size_t usable_memory(const std::filesystem::path& root) {
    const auto pages = static_cast<std::size_t>(std::max(::sysconf(_SC_PHYS_PAGES), 1L));
    const auto page = static_cast<std::size_t>(std::max(::sysconf(_SC_PAGESIZE), 1L));
    return std::min(pages * page, limit_of_groups(root));
}

}  // namespace stentor::net
