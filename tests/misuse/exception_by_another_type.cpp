// refused: stentor: the first argument of an exception handler is the exception, by const reference
#include "stentor/mapping.hpp"

const auto bound = stentor::bind_exception<std::exception>([](const std::string&) {});
