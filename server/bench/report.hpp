#pragma once

#include "options.hpp"
#include "round.hpp"

#include <cstdio>
#include <string>
#include <vector>

namespace stentor::bench {

/// One measured quantity with its value in each round.
struct Figure {
    std::string key;    ///< in JSON
    std::string label;  ///< in the table, with its unit
    std::vector<double> rounds = {};
};

/// What is known of one target at the end.
struct Result {
    Target target;
    std::vector<Figure> figures = {};
    Violations violations = {};
    std::vector<std::string> notes = {};  ///< for people: what to think of when reading the figures
};

double median(std::vector<double> values);

/// Figures of rounds, with notes where a figure does not say what it seems to.
Result summarize(const Target& target, Workload workload, const std::vector<Round>& rounds);

/// A target's median of a figure; 0 when it has none.
double median_of(const Result& result, const std::string& key);

/// How much more than the first target this one does with the same server CPU; 0 when it is not known.
double ratio_to_first(const Result& first, const Result& result);

/// What was done: "fan-out: 1 publisher -> 1000 subscribers, ...".
std::string describe(const Options& options);

std::string as_table(const Options& options, const std::vector<Result>& results);
std::string as_json(const Options& options, const std::vector<Result>& results);

}  // namespace stentor::bench
