// refused: stentor: a message converter has `Result<void> read(std::string_view, T&) const`
#include "stentor/controller.hpp"

struct Quote {};
struct OnlyReads {
    stentor::Result<void> read(std::string_view, Quote&) const { return {}; }
};

void register_all(stentor::App& app) { app.add_message_converter<Quote>("application/x-quote", OnlyReads{}); }
