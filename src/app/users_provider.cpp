#include "app/users_provider.hpp"

#include "app/users_text.hpp"
#include "base/log.hpp"
#include "net/system_random.hpp"
#include "security/argon2id.hpp"
#include "stentor/execution.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace stentor::app {
namespace {

constexpr std::chrono::seconds remembered{60};

template <class T>
T random_value() {
    T value{};
    net::SystemRandom().fill(std::as_writable_bytes(std::span(&value, 1)));
    return value;
}

base::TimePoint now() { return std::chrono::steady_clock::now(); }

}  // namespace

/// A lock that only logins take.
struct UsersProvider::Shared {
    explicit Shared(const LoginsConfig& limits)
        : lines(std::max<std::size_t>(limits.max_checks, 1)), max_waiting(limits.max_waiting) {}

    /// The number of the shortest line, one longer now; nothing when all together are too long.
    std::optional<std::size_t> enter() {
        const std::lock_guard lock(mutex);
        if (under_way >= lines.size() + max_waiting) return std::nullopt;
        ++under_way;
        const auto shortest = std::ranges::min_element(lines);
        ++*shortest;
        return static_cast<std::size_t>(shortest - lines.begin());
    }
    void leave(std::size_t line) {
        const std::lock_guard lock(mutex);
        --under_way;
        --lines[line];
    }

    std::mutex mutex;
    std::shared_ptr<const security::Users> users;
    security::VerifiedLogins verified{random_value<security::VerifiedLogins::Key>(), remembered};
    std::vector<std::size_t> lines;  ///< how many checks are in each
    std::size_t max_waiting;
    std::size_t under_way = 0;
    std::uint64_t checks = 0;
};

/// One passcode on its way to a worker and back. Leaves its line when it ends, also if it is never run.
struct UsersProvider::Check {
    Check(std::shared_ptr<Shared> s, std::size_t l) : shared(std::move(s)), line(l) {}
    Check(const Check&) = delete;
    Check& operator=(const Check&) = delete;
    ~Check() { wipe_and_leave(); }

    /// On a worker.
    AuthenticationAnswer run() {
        const security::Users::Entry entry = users->find(login);
        security::PasscodeHash::Verdict verdict = security::PasscodeHash::Verdict::failed;
        try {
            verdict = entry.hash->check(passcode);
        } catch (const std::bad_alloc&) {}  // as the hash's own memory
        const std::lock_guard lock(shared->mutex);
        ++shared->checks;
        if (verdict == security::PasscodeHash::Verdict::failed)
            return AuthenticationAnswer::unavailable("no memory to check a passcode");
        if (verdict == security::PasscodeHash::Verdict::wrong || entry.principal == nullptr)
            return AuthenticationAnswer::refused("wrong login or passcode");
        if (shared->users == users) shared->verified.add(login, passcode, now());
        return AuthenticationAnswer::accepted({*entry.principal, std::nullopt, is_ambient});
    }
    void wipe_and_leave() {
        if (!shared) return;
        OPENSSL_cleanse(passcode.data(), passcode.size());
        std::exchange(shared, nullptr)->leave(line);
    }

    std::shared_ptr<Shared> shared;
    std::size_t line;
    std::shared_ptr<const security::Users> users;
    std::string login;
    std::string passcode;
    bool is_ambient = false;
    Done done;
};

UsersProvider::UsersProvider(std::filesystem::path file, const LoginsConfig& limits)
    : file_(std::move(file)),
      seed_(random_value<std::uint64_t>()),
      shared_(std::make_shared<Shared>(limits)) {
    shared_->users = read();
}

std::shared_ptr<const security::Users> UsersProvider::read() const {
    const auto text = read_users_file(file_);
    if (!text)
        throw ConfigError(file_.string() + ": is not there; make it with 'stentor passwd " + file_.string() +
                          " NAME'");
    const auto lines = users_of(*text, file_);
    if (lines.empty())
        throw ConfigError(file_.string() + ": has no user; add one with 'stentor passwd " + file_.string() +
                          " NAME'");
    return std::make_shared<const security::Users>(lines, seed_);
}

void UsersProvider::authenticate(const Credentials& shown, Execution& execution, Done done) const {
    if (shown.login.empty() && shown.passcode.empty()) return done(AuthenticationAnswer::absent());
    // Nobody has such a login or passcode, so that it tells nothing to say so at once.
    if (!security::fault_of_user_name(shown.login).empty() ||
        !security::fault_of_passcode(shown.passcode).empty())
        return done(AuthenticationAnswer::refused("a login or passcode that nobody can have"));
    const bool is_ambient = shown.shown == Credentials::Shown::handshake;
    std::shared_ptr<const security::Users> users;
    bool is_known = false;
    {
        const std::lock_guard lock(shared_->mutex);
        users = shared_->users;
        is_known = shared_->verified.has(shown.login, shown.passcode, now());
    }
    if (is_known)
        return done(
            AuthenticationAnswer::accepted({*users->find(shown.login).principal, std::nullopt, is_ambient}));
    const auto line = shared_->enter();
    if (!line) return done(AuthenticationAnswer::unavailable("too many passcodes wait to be checked"));
    auto check = std::make_shared<Check>(shared_, *line);
    check->users = std::move(users);
    check->login = shown.login;
    check->passcode = shown.passcode;
    check->is_ambient = is_ambient;
    check->done = std::move(done);
    execution.run_on_workers("users " + std::to_string(*line), [check, &execution] {
        AuthenticationAnswer answer = check->run();
        check->wipe_and_leave();
        execution.post([check, answer = std::move(answer)]() mutable {
            std::exchange(check->done, nullptr)(std::move(answer));
        });
    });
}

void UsersProvider::reload() {
    try {
        auto users = read();
        log::info("users_read", {{"file", file_.string()}, {"users", users->size()}});
        const std::lock_guard lock(shared_->mutex);
        shared_->users = std::move(users);
        shared_->verified.clear();
    } catch (const std::exception& error) {
        log::error("users_kept", {{"file", file_.string()}, {"reason", error.what()}});
    }
}

std::uint64_t UsersProvider::checks() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->checks;
}

}  // namespace stentor::app
