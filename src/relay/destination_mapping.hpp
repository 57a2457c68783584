#pragma once

#include "relay/dialect.hpp"
#include "stentor/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::relay {

/// Clients' destinations that the broker knows by another name. Without `**`: one destination. With `/**` at
/// the end of `destination` and `**` at the end of `broker`: all below it, and the segments that `**` stands
/// for, at least one, are joined by `joint`: {"/topic/market/**", "/exchange/market/**", '.'} makes
/// "/exchange/market/eur.usd" of "/topic/market/eur/usd".
struct MappingRule {
    std::string destination;
    std::string broker;
    char joint = '.';
};

/// The broker's names of clients' destinations. Of several rules the one that says most of the destination
/// counts; where there is none, the first segment stays as it is and the others are joined by '.', as STOMP
/// brokers name topics and queues: "/topic/chat/lobby" is "/topic/chat.lobby".
///
/// Two destinations never have one name: a segment does not hold its rule's joint, and what one rule would
/// give a name that is another rule's is refused. Brokers read patterns, options and lists out of names ('*',
/// '#', '>', '?', ',', '%', "::", ...), so a segment may hold only letters, digits, `-_~@+=!$:` and what is
/// not ASCII, and the names that brokers keep for themselves are refused. Immutable.
class DestinationMapping {
public:
    DestinationMapping() = default;
    /// The error's message begins with what is wrong: "mapping[0].broker is ...".
    static Result<DestinationMapping> make(const std::vector<MappingRule>& rules);

    /// The name of a client's destination. What cannot be one is `unsupported`, and so is a destination of
    /// one segment that has no rule; a name longer than brokers take (255 bytes) is `too_large`.
    [[nodiscard]] Result<std::string> to_broker(std::string_view destination) const;
    /// The destination of a name as that broker writes it in MESSAGE; none when clients cannot name it.
    [[nodiscard]] std::optional<std::string> to_client(std::string_view name, Dialect dialect) const;
    /// The broker's pattern for a client's, of topics. It may stand for more than the client's. `unsupported`
    /// where the broker has none, or where several rules would be needed.
    [[nodiscard]] Result<std::string> pattern_to_broker(std::string_view pattern, Dialect dialect) const;

    /// Whether a rule is for all below the prefix.
    [[nodiscard]] bool has_rule_for(std::string_view prefix) const;

private:
    /// A rule taken apart: what stands before the `**`, if there is one.
    struct Rule {
        std::string destination;  ///< "/topic/market", without the slash
        std::string broker;       ///< "/exchange/market/"
        char joint;
        bool is_below;
    };
    struct Part;  ///< the same of a rule or of the default
    [[nodiscard]] Part part_of_destination(std::string_view destination) const;
    [[nodiscard]] Part part_of_name(std::string_view name) const;
    [[nodiscard]] Result<std::string> joined(const Part& part, std::string_view rest) const;

    std::vector<Rule> rules_;
};

/// Whether destinations below the prefix are plain names to a broker: one segment, and none to which RabbitMQ
/// gives another meaning ("/exchange", "/amq", "/temp-queue", "/reply-queue").
bool is_relayable_prefix(std::string_view prefix);

}  // namespace stentor::relay
