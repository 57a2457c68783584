// refused: stentor: this argument type cannot be bound
#include "stentor/mapping.hpp"

struct Undescribed {};

const auto bound = stentor::bind_exception<std::exception>([](const std::exception&, Undescribed) {});
