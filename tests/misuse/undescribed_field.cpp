// refused: stentor: a field of this described struct cannot be made from JSON
#include "stentor/mapping.hpp"

#include <boost/describe/class.hpp>

struct Inner {
    int* pointer;
};
struct Outer {
    Inner inner;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (inner))

const auto bound = stentor::bind([](Outer) {});
