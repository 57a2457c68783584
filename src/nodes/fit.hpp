#pragma once

#include "nodes/letter.hpp"

#include <cstddef>

namespace stentor::nodes {

/// Takes away from the end of a reply what a letter of so many bytes has no room for, and says so in it.
void fit(Reply& reply, std::size_t max_bytes);

}  // namespace stentor::nodes
