// refused: stentor: this result type cannot be sent
#include "stentor/mapping.hpp"

struct Undescribed {
    std::string name;
};

const auto bound = stentor::bind([] { return Undescribed{"x"}; });
