// 1 publisher -> N subscribers, STOMP over WebSocket, against a bare epoll loop in the same run, interleaved.
//
//     build/release/bin/bench_fanout [--subscribers 1000] [--body 128] [--in-flight 1] [--messages 500]
//     [--rounds 5]
//                                    [--server build/release/bin/greeting]
#include "bare_server.hpp"
#include "subscribers.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

using Options = std::map<std::string, std::string>;

std::size_t number(const Options& options, const std::string& name) { return std::stoul(options.at(name)); }

struct Process {
    int pid;
    std::uint16_t port;
};

Process start_server(const std::string& program) {
    int output[2];
    if (::pipe(output) != 0) std::abort();
    const int pid = ::fork();
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(output[1], 1);
        ::execl(program.c_str(), program.c_str(), "--port", "0", "--shards", "1", nullptr);
        std::_Exit(127);
    }
    ::close(output[1]);
    std::string line;
    char c = 0;
    while (::read(output[0], &c, 1) == 1 && c != '\n') line += c;
    const auto colon = line.rfind(':');
    if (colon == std::string::npos) {
        std::fprintf(stderr, "%s did not start\n", program.c_str());
        std::exit(1);
    }
    return {pid, static_cast<std::uint16_t>(std::stoul(line.substr(colon + 1)))};
}

/// Nanoseconds of CPU time of all of a process's threads.
std::uint64_t cpu_time(int pid) {
    std::uint64_t total = 0;
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
        std::uint64_t own = 0;
        std::ifstream(task.path() / "schedstat") >> own;
        total += own;
    }
    return total;
}

struct Figures {
    std::vector<double> microseconds;  ///< of server CPU per delivery
    std::vector<double> rate;          ///< deliveries per second
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void measure(bench::Subscribers& clients, int pid, const Options& options, Figures& figures) {
    const std::size_t messages = number(options, "--messages");
    const double deliveries = static_cast<double>(messages * number(options, "--subscribers"));
    clients.run(messages / 10 + 1, number(options, "--in-flight"));
    const auto begin = std::chrono::steady_clock::now();
    const std::uint64_t cpu = cpu_time(pid);
    clients.run(messages, number(options, "--in-flight"));
    figures.microseconds.push_back(static_cast<double>(cpu_time(pid) - cpu) / 1000 / deliveries);
    figures.rate.push_back(deliveries /
                           std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}

void print(const char* name, const Figures& figures) {
    const double cost = median(figures.microseconds);
    std::printf(
        "%-10s %8.2f us server CPU per delivery  %10.0f deliveries per server CPU-second  %10.0f per "
        "second\n",
        name, cost, 1e6 / cost, median(figures.rate));
}

int run(const Options& options) {
    const std::size_t subscribers = number(options, "--subscribers");
    const Process server = start_server(options.at("--server"));
    bench::Subscribers stomp(bench::Subscribers::Speaks::stomp, server.port, subscribers,
                             number(options, "--body"));
    stomp.run(1, 1);
    const bench::BareServer bare_server = bench::start_bare_server(stomp.frame_size());
    bench::Subscribers bare(bench::Subscribers::Speaks::bare, bare_server.port, subscribers, 0);

    Figures stentor_figures;
    Figures bare_figures;
    for (std::size_t round = 0; round < number(options, "--rounds"); ++round) {
        measure(stomp, server.pid, options, stentor_figures);
        measure(bare, bare_server.pid, options, bare_figures);
    }
    std::printf("1 -> %zu, %s B bodies (%zu B frames), %s in flight, medians of %s rounds\n", subscribers,
                options.at("--body").c_str(), stomp.frame_size(), options.at("--in-flight").c_str(),
                options.at("--rounds").c_str());
    print("stentor", stentor_figures);
    print("bare epoll", bare_figures);
    std::printf("stentor delivers %.2f x the bare loop's messages per server CPU-second\n",
                median(bare_figures.microseconds) / median(stentor_figures.microseconds));
    ::kill(server.pid, SIGTERM);
    ::kill(bare_server.pid, SIGKILL);
    int status = 0;
    ::waitpid(server.pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string own = argv[0];
    Options options{{"--subscribers", "1000"}, {"--body", "128"},
                    {"--in-flight", "1"},      {"--messages", "500"},
                    {"--rounds", "5"},         {"--server", own.substr(0, own.rfind('/') + 1) + "greeting"}};
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc || !options.contains(argv[i])) {
            std::fprintf(stderr, "unknown option %s\n", argv[i]);
            return 2;
        }
        options[argv[i]] = argv[i + 1];
    }
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    try {
        return run(options);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_fanout: %s\n", e.what());
        return 1;
    }
}
