// refused: stentor: this argument type cannot be bound
#include "stentor/mapping.hpp"

struct Undescribed {
    std::string name;
};

const auto bound = stentor::bind([](const Undescribed&) {});
