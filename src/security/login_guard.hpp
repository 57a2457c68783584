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
    std::uint64_t refused = 0;  ///< would have had to wait for too long, or too many waited already
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
        std::uint64_t shown = 0;  ///< what was shown instead of a login: its hash; 0: a login
        base::TimePoint not_before{};
        Stage stage = Stage::begun;
        bool has_turn = false;  ///< among those of an address that has to take turns
    };
    struct Advice {
        enum class Kind : std::uint8_t { check, wait, refuse };
        Kind kind = Kind::check;
        /// For `wait`: when to ask again. For `refuse`: when the client may come again, where that is known.
        base::TimePoint until{};
    };

    virtual ~LoginGuard() = default;
    /// `address` may have its port. `shown` is a token or a cookie, where there is no login.
    [[nodiscard]] virtual Attempt begin(std::string_view address, std::string_view login,
                                        std::string_view shown) = 0;
    [[nodiscard]] Attempt begin(std::string_view address, std::string_view login) {
        return begin(address, login, {});
    }
    [[nodiscard]] virtual Advice ask(Attempt& attempt, base::TimePoint now) = 0;
    /// `failed`: the credentials were checked and are wrong.
    virtual void end(Attempt& attempt, bool failed, base::TimePoint now) = 0;
    [[nodiscard]] virtual LoginCounts counts() const = 0;
};

}  // namespace stentor::security
