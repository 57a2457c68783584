// refused: stentor: this argument type cannot be bound
#include "stentor/mapping.hpp"

const auto bound = stentor::bind([](const stentor::Message*) {});
