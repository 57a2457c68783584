#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace stentor::passwd {

/// `stentor passwd FILE NAME [--authority A]... [--delete]`.
class CommandLine {
public:
    explicit CommandLine(CLI::App& cli);
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    [[nodiscard]] bool chosen() const;

    std::string file;
    std::string name;
    std::vector<std::string> authorities;
    bool deletes = false;

private:
    CLI::App* command_;
};

/// Changes the file as the command line says. The program's exit code. Throws as put_user() does.
int run(const CommandLine& line);

}  // namespace stentor::passwd
