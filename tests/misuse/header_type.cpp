// refused: stentor: a Header holds a std::string, an integer, a floating point, a bool or an optional
#include "stentor/mapping.hpp"

const auto bound = stentor::bind([](stentor::Header<"x", std::optional<std::vector<int>>>) {});
