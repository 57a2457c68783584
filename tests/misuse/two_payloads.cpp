// refused: stentor: a controller function takes at most one payload
#include "stentor/mapping.hpp"

const auto bound = stentor::bind([](std::string, std::vector<int>) {});
