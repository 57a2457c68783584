// refused: stentor: this result type cannot be sent
#include "stentor/coroutine.hpp"

struct Undescribed {
    std::string name;
};

const auto bound =
    stentor::bind([]() -> stentor::awaitable<std::optional<Undescribed>> { co_return std::nullopt; });
