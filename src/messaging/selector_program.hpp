#pragma once

#include "messaging/like_pattern.hpp"
#include "messaging/number.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace stentor::messaging {

enum class Comparison : std::uint8_t { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

struct HeaderName {
    std::string name;
};
using Operand = std::variant<HeaderName, std::string, Number, bool>;

struct Constant {
    bool value;
};
struct Compare {
    Comparison how;
    Operand left;
    Operand right;
};
struct Between {
    Operand value;
    Operand least;
    Operand most;
};
struct In {
    Operand value;
    std::vector<Operand> items;
};
struct Like {
    HeaderName value;
    LikePattern pattern;
};
struct IsNull {
    HeaderName value;
};
/// Of these and the next two the numbers are other nodes' places.
struct Not {
    std::size_t inner;
};
struct And {
    std::size_t left;
    std::size_t right;
};
struct Or {
    std::size_t left;
    std::size_t right;
};
using Node = std::variant<Constant, Compare, Between, In, Like, IsNull, Not, And, Or>;

/// A selector as it is evaluated: a tree whose root is the last node. Immutable.
struct SelectorProgram {
    std::vector<Node> nodes;
};

}  // namespace stentor::messaging
