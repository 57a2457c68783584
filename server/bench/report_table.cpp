#include "report.hpp"

#include <algorithm>

namespace stentor::bench {
namespace {

/// Three digits or more, thousands apart.
std::string number(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", value >= 100 ? 0 : value >= 10 ? 1 : 2, value);
    std::string digits = text;
    if (value < 100) return digits;
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

/// Median (least - most).
std::string cell(const std::vector<double>& rounds) {
    if (rounds.empty()) return "-";
    const auto [least, most] = std::minmax_element(rounds.begin(), rounds.end());
    std::string text = number(median(rounds));
    if (rounds.size() > 1) text += " (" + number(*least) + " - " + number(*most) + ")";
    return text;
}

using Row = std::vector<std::string>;

std::string layout(const std::vector<Row>& rows) {
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const Row& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += i == 0 ? "" : "   ";
            text += row[i];
            if (i + 1 < row.size()) text.append(widths[i] - row[i].size(), ' ');
        }
        text += '\n';
    }
    return text;
}

const Figure* find(const Result& result, const std::string& key) {
    for (const Figure& figure : result.figures)
        if (figure.key == key) return &figure;
    return nullptr;
}

/// The labels of the target that has the most figures.
const Result& richest(const std::vector<Result>& results) {
    return *std::max_element(results.begin(), results.end(), [](const Result& one, const Result& other) {
        return one.figures.size() < other.figures.size();
    });
}

std::string remarks(const Result& result) {
    std::string text;
    for (const std::string& note : result.notes) text += "  " + result.target.name + ": " + note + "\n";
    const Violations& wrong = result.violations;
    if (wrong.total() == 0) return text;
    text += "  " + result.target.name + ": WRONG: " + std::to_string(wrong.lost) + " deliveries lost, " +
            std::to_string(wrong.duplicated) + " duplicated, " + std::to_string(wrong.reordered) +
            " reordered, " + std::to_string(wrong.foreign) + " foreign\n";
    for (const std::string& what : wrong.described) text += "    " + what + "\n";
    return text;
}

}  // namespace

std::string as_table(const Options& options, const std::vector<Result>& results) {
    std::vector<Row> rows{{""}};
    for (const Result& result : results) rows[0].push_back(result.target.name);
    for (const Figure& figure : richest(results).figures) {
        Row row{figure.label};
        for (const Result& result : results) {
            const Figure* const mine = find(result, figure.key);
            row.push_back(mine != nullptr ? cell(mine->rounds) : "-");
        }
        rows.push_back(std::move(row));
        if (figure.key != "deliveries_per_cpu_second" || results.size() < 2) continue;
        rows.push_back({"  as a ratio to " + results[0].target.name});
        for (const Result& result : results) {
            const double ratio = ratio_to_first(results[0], result);
            rows.back().push_back(ratio > 0 ? number(ratio) : "-");
        }
    }
    std::string text =
        describe(options) + " (least - most), seed " + std::to_string(options.seed) + "\n" + layout(rows);
    for (const Result& result : results) text += remarks(result);
    return text;
}

}  // namespace stentor::bench
