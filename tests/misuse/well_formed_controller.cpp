// accepted
#include "stentor/controller.hpp"

#include <boost/describe/class.hpp>

#include <stdexcept>

struct Order {
    std::string item;
    bool validate = false;  // a field of that name is just a field
};
BOOST_DESCRIBE_STRUCT(Order, (), (item, validate))

struct Checked {
    std::vector<Order> orders;
    void validate(stentor::Validation& validation) const {
        validation.require(!orders.empty(), "orders", "should not be empty");
    }
};
BOOST_DESCRIBE_STRUCT(Checked, (), (orders))

struct Quote {
    double price = 0;
};
template <>
inline constexpr bool stentor::has_message_converter<Quote> = true;

struct Quotes {
    stentor::Result<void> read(std::string_view, Quote&) const { return {}; }
    std::string write(const Quote&) const { return {}; }
};

void register_all(stentor::App& app) {
    app.add_message_converter<Quote>("application/x-quote", Quotes{});
    stentor::Controller shop{app, "/shop/{town}"};
    shop.send_to({"/topic/a", "/topic/b"}).send_to_user("/queue/c", stentor::UserSessions::asking);
    shop.message_mapping("/buy", [](const Checked&, stentor::Header<"page", int, stentor::Default<1>>,
                                    stentor::Header<"lang", std::string, stentor::Default<"en">>,
                                    stentor::Header<"x", std::vector<std::string>>) { return Quote{}; })
        .produces("application/x-quote")
        .on_workers();
    shop.exception_handler<std::runtime_error>(
        [](const std::runtime_error&, stentor::Session&, stentor::Var<"town">) {});
}
