#include "controller/destination_template.hpp"

#include "messaging/destination.hpp"

#include <algorithm>

namespace stentor::controller {
namespace {

Error refused(std::string_view text, const std::string& why) {
    return {Errc::malformed, "send_to \"" + std::string(text) + "\": " + why};
}

}  // namespace

Result<DestinationTemplate> DestinationTemplate::parse(std::string_view text,
                                                       const std::vector<std::string_view>& known) {
    DestinationTemplate made;
    std::string example;  // with every variable one letter long
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t open = std::min(rest.find_first_of("{}"), rest.size());
        if (open > 0) made.parts_.push_back({std::string(rest.substr(0, open)), false});
        example += rest.substr(0, open);
        rest.remove_prefix(open);
        if (rest.empty()) break;
        const std::size_t close = rest.find('}');
        if (rest.front() != '{' || close == std::string_view::npos)
            return refused(text, "its braces do not match");
        const std::string_view name = rest.substr(1, close - 1);
        if (std::find(known.begin(), known.end(), name) == known.end())
            return refused(text, "the pattern has no variable {" + std::string(name) + "}");
        made.parts_.push_back({std::string(name), true});
        example += 'x';
        rest.remove_prefix(close + 1);
    }
    if (const Result<void> good = messaging::check_destination(example); !good)
        return refused(text, good.error().message);
    return made;
}

std::string DestinationTemplate::fill(const Variables& variables) const {
    std::string filled;
    for (const Part& part : parts_) {
        if (!part.is_variable) {
            filled += part.text;
            continue;
        }
        const auto found = std::find_if(variables.begin(), variables.end(),
                                        [&](const auto& variable) { return variable.first == part.text; });
        if (found != variables.end()) filled += found->second;
    }
    return filled;
}

}  // namespace stentor::controller
