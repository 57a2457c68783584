#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace stentor::bench {

/// Nanoseconds on a clock that only goes forward.
std::uint64_t now();

/// CPU nanoseconds of this process.
std::uint64_t own_cpu();

/// CPU nanoseconds of all threads of a process, ended ones too. Throws Failure when there is no such process.
std::uint64_t cpu_of(pid_t pid);
std::uint64_t cpu_of(const std::vector<pid_t>& pids);

/// The kernel's threads for network work that was put off (ksoftirqd), of all cores; empty when they cannot
/// be seen.
std::vector<pid_t> softirq_threads();

/// Bytes of processes: `resident` counts pages that are shared in each of them, `proportional` once.
struct Memory {
    std::uint64_t resident = 0;                                ///< VmRSS
    std::optional<std::uint64_t> proportional = std::nullopt;  ///< Pss; needs the right to look
};
Memory memory_of(const std::vector<pid_t>& pids);

/// Raises the limit on open files as far as this user may and throws WrongUse if it is below `wanted`.
void allow_open_files(std::size_t wanted);
std::size_t open_files_allowed();

/// How many connections one address and port of a server can have from here.
std::size_t local_ports();

}  // namespace stentor::bench
