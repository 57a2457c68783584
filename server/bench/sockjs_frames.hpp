#pragma once

#include <string>
#include <string_view>

namespace stentor::bench {

/// The text as a JSON string, as it stands in the array of an xhr_send.
std::string sockjs_string(std::string_view text);

/// Takes the next string of `array`, which is what follows the `a` of a SockJS frame and then what was left
/// of it, and appends it to `text`. False at the array's end. Throws Failure when it is no array of strings.
bool next_sockjs_string(std::string_view& array, std::string& text);

}  // namespace stentor::bench
