// accepted
#include "stentor/coroutine.hpp"
#include "stentor/mapping.hpp"

#include <boost/describe/class.hpp>

struct Hello {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Hello, (), (name))

stentor::awaitable<Hello> greet(Hello hello) { co_return hello; }

const auto bound = stentor::bind(greet);
