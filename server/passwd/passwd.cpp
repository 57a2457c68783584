#include "passwd.hpp"

#include <stentor/config.hpp>
#include <stentor/users.hpp>

#include <CLI/CLI.hpp>

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace stentor::passwd {
namespace {

constexpr std::size_t longest_line = 4096;  // past what a passcode may be, which is checked elsewhere

/// A line of the standard input without its end; nothing when there is none.
std::optional<std::string> read_line() {
    std::string line;
    for (char byte = 0; line.size() < longest_line;) {
        const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw std::system_error(errno, std::generic_category(), "standard input");
        if (got == 0 && line.empty()) return std::nullopt;
        if (got == 0 || byte == '\n') break;
        line += byte;
    }
    return line;
}

/// The terminal shows nothing of what is typed, and Ctrl-C is typed as anything else, so that the terminal is
/// never left like that.
class Hidden {
public:
    Hidden() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0)
            throw std::system_error(errno, std::generic_category(), "terminal");
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    ~Hidden() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
    Hidden(const Hidden&) = delete;
    Hidden& operator=(const Hidden&) = delete;

private:
    termios before_{};
};

std::string ask(const std::string& prompt) {
    std::fputs(prompt.c_str(), stderr);
    const auto line = read_line();
    std::fputs("\n", stderr);
    if (!line || line->find('\x03') != std::string::npos) throw ConfigError("nothing is changed");
    return *line;
}

std::string read_passcode(const std::string& name) {
    if (::isatty(STDIN_FILENO) == 0) return read_line().value_or("");
    const Hidden hidden;
    const std::string first = ask("Passcode for " + name + ": ");
    if (ask("Once more: ") != first) throw ConfigError("the two passcodes differ; nothing is changed");
    return first;
}

}  // namespace

CommandLine::CommandLine(CLI::App& cli)
    : command_(cli.add_subcommand("passwd",
                                  "Add a user to a users file, give one another passcode, or delete it")) {
    command_->add_option("file", file, "The users file; made if it is not there")->required();
    command_->add_option("name", name, "The user")->required();
    command_->add_option("--authority", authorities,
                         "What the user may, such as ROLE_ADMIN; may be repeated, and replaces those it has");
    command_->add_flag("--delete", deletes, "Delete the user")->excludes("--authority");
    command_->footer("The passcode is asked for twice, or is the first line of the standard input.");
}

bool CommandLine::chosen() const { return command_->parsed(); }

int run(const CommandLine& line) {
    if (line.deletes) {
        if (remove_user(line.file, line.name)) return 0;
        throw ConfigError(line.file + ": there is no user '" + line.name + "'");
    }
    const auto authorities = line.authorities.empty() ? std::nullopt : std::optional(line.authorities);
    put_user(line.file, line.name, read_passcode(line.name), authorities);
    return 0;
}

}  // namespace stentor::passwd
