#include "stentor/validation.hpp"

namespace stentor {

void Validation::require(bool holds, std::string_view field, std::string_view what) {
    if (holds || is_full()) return;
    problems_.emplace_back().found(what);
    problems_.back().in_field(field);
}

void Validation::require(bool holds, std::string_view what) {
    if (!holds && !is_full()) problems_.emplace_back().found(what);
}

Error Validation::error() const {
    std::string all;
    for (const json::Problem& problem : problems_) all += (all.empty() ? "" : "; ") + problem.error().message;
    return {Errc::conversion, std::move(all)};
}

void Validation::in_field(std::size_t first, std::string_view name) {
    for (std::size_t i = first; i < problems_.size(); ++i) problems_[i].in_field(name);
}

void Validation::in_element(std::size_t first, std::size_t index) {
    for (std::size_t i = first; i < problems_.size(); ++i) problems_[i].in_element(index);
}

void Validation::in_entry(std::size_t first) {
    for (std::size_t i = first; i < problems_.size(); ++i) problems_[i].in_entry();
}

}  // namespace stentor
