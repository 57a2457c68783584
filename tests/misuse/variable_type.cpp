// refused: stentor: a Var holds a std::string, an integer, a floating point or a bool
#include "stentor/mapping.hpp"

const auto bound = stentor::bind([](stentor::Var<"id", std::vector<int>>) {});
