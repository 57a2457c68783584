#include "app/users_text.hpp"

#include "base/log.hpp"
#include "stentor/config.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace stentor::app {
namespace {

constexpr std::size_t largest_file = 16 * 1024 * 1024;

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what) {
    throw ConfigError(file.string() + ": " + what);
}

[[noreturn]] void failed(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::string read_all(int fd, const std::filesystem::path& file) {
    std::string text;
    std::size_t size = 0;
    for (;;) {
        text.resize(size + 64 * 1024);
        const ssize_t got = ::read(fd, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse(file, std::string("cannot be read (") + std::strerror(errno) + ")");
        size += static_cast<std::size_t>(got);
        if (size > largest_file) refuse(file, "is over 16 MiB; name a users file");
        if (got == 0) break;
    }
    text.resize(size);
    return text;
}

void write_all(int fd, std::string_view text, const std::string& name) {
    while (!text.empty()) {
        const ssize_t put = ::write(fd, text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) failed(name);
        text.remove_prefix(static_cast<std::size_t>(put));
    }
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : ".";
}

/// A link stays one: what it leads to is replaced.
std::filesystem::path without_links(const std::filesystem::path& file) {
    std::error_code missing;
    std::filesystem::path found = std::filesystem::canonical(file, missing);
    return missing ? file : found;
}

}  // namespace

std::optional<std::string> read_users_file(const std::filesystem::path& file) {
    const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a pipe does not stop us
    if (fd.get() < 0 && errno == ENOENT) return std::nullopt;
    struct stat status {};
    if (fd.get() < 0 || ::fstat(fd.get(), &status) != 0)
        refuse(file, std::string("cannot be read (") + std::strerror(errno) + ")");
    if (!S_ISREG(status.st_mode)) refuse(file, "is no file; name a users file");
    if ((status.st_mode & S_IWOTH) != 0)
        refuse(file, "can be written by everybody, who could make users of themselves; chmod o-w it");
    if ((status.st_mode & S_IROTH) != 0)
        log::warning("users_file_readable",
                     {{"file", file.string()}, {"reason", "everybody may read its hashes; chmod o-r it"}});
    return read_all(fd.get(), file);
}

std::vector<security::UserLine> users_of(std::string_view text, const std::filesystem::path& file) {
    auto users = security::parse_users(text);
    if (users.has_error()) throw ConfigError(file.string() + ':' + users.error().message);
    return std::move(*users);
}

void write_users_file(const std::filesystem::path& link, std::string_view text) {
    const std::filesystem::path file = without_links(link);
    std::string name = file.string() + ".XXXXXX";
    const Descriptor fd(::mkostemp(name.data(), O_CLOEXEC));  // with mode 0600
    if (fd.get() < 0) failed(name);
    try {
        struct stat status {};
        if (::stat(file.c_str(), &status) == 0) {
            if (::fchown(fd.get(), status.st_uid, status.st_gid) != 0 ||
                ::fchmod(fd.get(), status.st_mode & 07777) != 0)
                failed(name);
        }
        write_all(fd.get(), text, name);
        if (::fsync(fd.get()) != 0) failed(name);
        if (::rename(name.c_str(), file.c_str()) != 0) failed(file.string());
    } catch (...) {
        ::unlink(name.c_str());
        throw;
    }
    const Descriptor folder(::open(folder_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() < 0 || ::fsync(folder.get()) != 0) failed(folder_of(file).string());
}

UsersFileLock::UsersFileLock(const std::filesystem::path& file)
    : fd_(::open(folder_of(without_links(file)).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (fd_ < 0) failed(folder_of(file).string());
    while (::flock(fd_, LOCK_EX) != 0)
        if (errno != EINTR) {
            ::close(fd_);
            failed(folder_of(file).string());
        }
}

UsersFileLock::~UsersFileLock() { ::close(fd_); }

}  // namespace stentor::app
