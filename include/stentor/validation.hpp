#pragma once

#include "stentor/detail/json_read.hpp"
#include "stentor/result.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace stentor {

/// What a payload's own check finds. A described struct may have one:
///
///     struct Order {
///         std::string item;
///         int count = 0;
///
///         void validate(stentor::Validation& validation) const {
///             validation.require(!item.empty(), "item", "should not be empty");
///             validation.require(count > 0, "count", "should be above 0");
///         }
///     };
///
/// It is called once the payload is converted, also for structs inside of others, of lists and of maps. The
/// message is refused with all that was found: "payload: items[2].count should be above 0". The words are
/// shown to the sender: no internals, and no values.
class Validation {
public:
    /// More than this are not looked for.
    static constexpr std::size_t max_problems = 8;

    /// Notes that `field` is wrong, unless `holds`.
    void require(bool holds, std::string_view field, std::string_view what);
    /// Notes that the whole struct is wrong, unless `holds`.
    void require(bool holds, std::string_view what);

    [[nodiscard]] std::size_t problems() const { return problems_.size(); }
    [[nodiscard]] bool is_full() const { return problems_.size() >= max_problems; }
    /// Of all problems; call it when there are any.
    [[nodiscard]] Error error() const;

    /// The problems from number `first` on were found inside of that field, element or entry.
    void in_field(std::size_t first, std::string_view name);
    void in_element(std::size_t first, std::size_t index);
    void in_entry(std::size_t first);

private:
    std::vector<json::Problem> problems_;
};

}  // namespace stentor
