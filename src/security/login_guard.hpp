#pragma once

#include "base/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stentor::security {

/// What became of attempts to log in since the start.
struct LoginCounts {
    std::uint64_t failed = 0;
    std::uint64_t delayed = 0;  ///< had to wait before their credentials were checked
    std::uint64_t refused = 0;  ///< too many waited already
    std::size_t waiting = 0;    ///< at the moment
};

/// Lets attempts to log in wait where many have failed, before anything is checked. All shards share one. Any
/// thread.
class LoginGuard {
public:
    /// One attempt: begin(), ask() until it says something else than `wait`, at last end(). A value.
    struct Attempt {
        enum class Stage : std::uint8_t { begun, waiting, checking };
        /// Of the address and of the login: where the guard counts them; `none`: there is nothing to count.
        static constexpr std::size_t none = static_cast<std::size_t>(-1);
        using Places = std::array<std::size_t, 2>;
        Places address{none, none};
        Places login{none, none};
        base::TimePoint not_before{};
        Stage stage = Stage::begun;
    };
    struct Advice {
        enum class Kind : std::uint8_t { check, wait, refuse };
        Kind kind = Kind::check;
        base::TimePoint until{};  ///< for `wait`: when to ask again
    };

    virtual ~LoginGuard() = default;
    /// `address` may have its port; `login` is empty for a token.
    [[nodiscard]] virtual Attempt begin(std::string_view address, std::string_view login) = 0;
    [[nodiscard]] virtual Advice ask(Attempt& attempt, base::TimePoint now) = 0;
    /// `failed`: the credentials were checked and are wrong.
    virtual void end(Attempt& attempt, bool failed, base::TimePoint now) = 0;
    [[nodiscard]] virtual LoginCounts counts() const = 0;
};

}  // namespace stentor::security
