// refused: stentor: a controller function takes its arguments by value or by const reference
#include "stentor/mapping.hpp"

const auto bound = stentor::bind([](std::string&) {});
