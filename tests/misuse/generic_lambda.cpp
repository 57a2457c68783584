// refused: a lambda whose argument types are written out
#include "stentor/mapping.hpp"

const auto bound = stentor::bind([](auto) {});
