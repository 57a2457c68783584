// refused: stentor: an exception handler is not a coroutine
#include "stentor/coroutine.hpp"

const auto bound = stentor::bind_exception<std::exception>(
    [](const std::exception&) -> stentor::awaitable<int> { co_return 1; });
