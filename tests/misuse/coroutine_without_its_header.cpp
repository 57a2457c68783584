// refused: (for which include <stentor/coroutine.hpp>)
#include "stentor/mapping.hpp"

#include <boost/asio/awaitable.hpp>

boost::asio::awaitable<int> answer();

const auto bound = stentor::bind(answer);
