// refused: stentor: add_message_converter<T>(...) names the types that it converts
#include "stentor/controller.hpp"

struct Converter {};

void register_all(stentor::App& app) { app.add_message_converter("application/x-quote", Converter{}); }
