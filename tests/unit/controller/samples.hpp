#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stentor::controller {

enum class Side { buy, sell };
BOOST_DESCRIBE_ENUM(Side, buy, sell)

struct Item {
    std::string name;
    double price = 0;
    friend bool operator==(const Item&, const Item&) = default;
};
BOOST_DESCRIBE_STRUCT(Item, (), (name, price))

struct Order {
    std::int32_t id = 0;
    Side side = Side::buy;
    std::vector<Item> items;
    std::optional<std::string> note;
    friend bool operator==(const Order&, const Order&) = default;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, side, items, note))

struct Hello {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Hello, (), (name))

}  // namespace stentor::controller
