// refused: stentor: the validate of a payload is `void validate(stentor::Validation&) const`
#include "stentor/mapping.hpp"

#include <boost/describe/class.hpp>

struct Order {
    int count = 0;
    void validate(stentor::Validation&) { count = 1; }
};
BOOST_DESCRIBE_STRUCT(Order, (), (count))

const auto bound = stentor::bind([](Order) {});
