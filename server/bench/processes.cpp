#include "processes.hpp"

#include "failure.hpp"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

namespace stentor::bench {
namespace {

std::uint64_t read_clock(clockid_t clock) {
    timespec time{};
    if (::clock_gettime(clock, &time) != 0) return 0;
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

std::string proc(pid_t pid, const char* file) { return "/proc/" + std::to_string(pid) + "/" + file; }

/// The kB of "Name:   123 kB" in a file of /proc.
std::optional<std::uint64_t> kilobytes(const std::string& path, const std::string& name) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(name)) return std::strtoull(line.c_str() + name.size(), nullptr, 10);
    return std::nullopt;
}

}  // namespace

std::uint64_t now() { return read_clock(CLOCK_MONOTONIC); }

std::uint64_t own_cpu() { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

// The process's CPU clock: to the nanosecond also for threads that run at this moment, where
// /proc/PID/task/*/schedstat is as old as the last switch and knows no thread that has ended.
std::uint64_t cpu_of(pid_t pid) {
    clockid_t clock = 0;
    if (::clock_getcpuclockid(pid, &clock) != 0) throw Failure("there is no process " + std::to_string(pid));
    return read_clock(clock);
}

std::uint64_t cpu_of(const std::vector<pid_t>& pids) {
    std::uint64_t sum = 0;
    for (const pid_t pid : pids) sum += cpu_of(pid);
    return sum;
}

std::vector<pid_t> softirq_threads() {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream file(entry.path() / "comm");
        std::string command;
        if (std::getline(file, command) && command.starts_with("ksoftirqd/"))
            found.push_back(static_cast<pid_t>(std::stol(name)));
    }
    return found;
}

Memory memory_of(const std::vector<pid_t>& pids) {
    Memory sum{0, 0};
    for (const pid_t pid : pids) {
        const auto resident = kilobytes(proc(pid, "status"), "VmRSS:");
        if (!resident) throw Failure("there is no process " + std::to_string(pid));
        sum.resident += *resident * 1024;
        const auto proportional = kilobytes(proc(pid, "smaps_rollup"), "Pss:");
        if (proportional && sum.proportional) *sum.proportional += *proportional * 1024;
        else sum.proportional.reset();
    }
    return sum;
}

std::size_t open_files_allowed() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

void allow_open_files(std::size_t wanted) {
    const std::size_t allowed = open_files_allowed();
    if (wanted <= allowed) return;
    throw WrongUse(std::to_string(wanted) + " open files are needed and the hard limit is " +
                   std::to_string(allowed) + "; raise it (ulimit -Hn, as root) or ask for fewer connections");
}

std::size_t local_ports() {
    std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
    std::size_t first = 32768;
    std::size_t last = 60999;
    file >> first >> last;
    return last - first + 1;
}

}  // namespace stentor::bench
