// Tests: tests/unit/app/users_test.cpp
#include "stentor/users.hpp"

#include "app/users_provider.hpp"
#include "app/users_text.hpp"
#include "net/system_random.hpp"
#include "security/argon2id.hpp"

#include <new>
#include <span>
#include <utility>

namespace stentor {
namespace {

constexpr std::size_t salt_size = 16;  // RFC 9106 3.1 and 4: 128 bits of salt, a tag of 256 bits
constexpr std::size_t hash_size = 32;

[[noreturn]] void refuse(const std::string& what) { throw ConfigError(what); }

/// 64 MiB and 3 passes are RFC 9106's second recommendation. It has 4 lanes, for 4 threads; the server checks
/// a passcode on one, where more lanes would only help who guesses, so that there is one.
std::string hash_of(const std::string& passcode) {
    security::Argon2id made;
    made.salt.resize(salt_size);
    net::SystemRandom().fill(std::as_writable_bytes(std::span(made.salt)));
    auto hash = security::argon2id(passcode, made, hash_size);
    if (!hash) throw std::bad_alloc();
    made.hash = std::move(*hash);
    return made.text();
}

std::string joined(const std::vector<std::string>& authorities) {
    std::string list;
    for (const std::string& each : authorities) {
        if (const std::string fault = security::fault_of_authority(each); !fault.empty()) refuse(fault);
        list += (list.empty() ? ":" : ",") + each;
    }
    return list;
}

}  // namespace

std::shared_ptr<AuthenticationProvider> users_file(const std::filesystem::path& file,
                                                   const LoginsConfig& limits) {
    return std::make_shared<app::UsersProvider>(file, limits);
}

void put_user(const std::filesystem::path& file, const std::string& name, const std::string& passcode,
              const std::optional<std::vector<std::string>>& authorities) {
    if (!security::has_argon2())
        refuse(
            "this was built without libargon2; make a line with another program, such as 'htpasswd -nB "
            "NAME'");
    if (const std::string fault = security::fault_of_user_name(name); !fault.empty()) refuse(fault);
    if (const std::string fault = security::fault_of_passcode(passcode); !fault.empty()) refuse(fault);
    std::string line = name + ':' + hash_of(passcode);
    const app::UsersFileLock lock(file);
    const std::string text = app::read_users_file(file).value_or("");
    const auto users = app::users_of(text, file);
    std::vector<std::string> kept;
    for (const security::UserLine& user : users)
        if (user.principal.name == name) kept = user.principal.authorities;
    line += joined(authorities.value_or(kept));
    app::write_users_file(file, security::with_user(text, users, name, line));
}

bool remove_user(const std::filesystem::path& file, const std::string& name) {
    const app::UsersFileLock lock(file);
    const std::string text = app::read_users_file(file).value_or("");
    const std::string without = security::with_user(text, app::users_of(text, file), name, {});
    if (without == text) return false;
    app::write_users_file(file, without);
    return true;
}

}  // namespace stentor
