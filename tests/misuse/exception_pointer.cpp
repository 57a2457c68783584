// refused: stentor: an exception handler is for a type, neither for a reference nor a pointer
#include "stentor/mapping.hpp"

const auto bound = stentor::bind_exception<const char*>([](const char* const&) {});
