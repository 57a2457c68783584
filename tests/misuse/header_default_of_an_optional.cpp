// refused: stentor: a Header's Default is of its type
#include "stentor/mapping.hpp"

const auto bound = stentor::bind([](stentor::Header<"page", std::optional<int>, stentor::Default<1>>) {});
