// refused: stentor: the first argument of an exception handler is the exception, by const reference
#include "stentor/controller.hpp"

#include <stdexcept>

void register_all(stentor::App& app) {
    stentor::Controller chat{app, "/chat"};
    chat.exception_handler<std::runtime_error>([](const std::exception&) {});
}
