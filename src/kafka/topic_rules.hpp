#pragma once

#include "kafka/name_template.hpp"
#include "messaging/destination_pattern.hpp"
#include "stentor/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::kafka {

/// The partition of a new record: that of its key, the first, where those without a key keep their order, or
/// any, so that all of a queue's consumers get some.
enum class Partition : std::uint8_t { by_key, first, any };

/// Where a destination's messages are.
struct Place {
    std::string topic;
    std::optional<std::string> key = std::nullopt;  ///< of its records, where the destination has its own
    Partition partition = Partition::first;
    friend bool operator==(const Place&, const Place&) = default;
};

struct RuleText {
    std::string destination;
    std::string topic;
    std::string key;
};

/// Whether Kafka takes it as a topic's name.
bool is_topic_name(std::string_view name);

/// Destinations and topics, both ways: a place has one destination and a destination one place. By the rule
/// whose pattern matches, else, where that is allowed, by the default: segments joined by '.', so that
/// "/topic/room/7" is the topic "topic.room.7". Immutable.
class TopicRules {
public:
    struct Prefixes {
        std::vector<std::string> destinations;
        std::vector<std::string> queues;
    };
    /// Refuses rules by which that would not hold.
    static Result<TopicRules> make(const std::vector<RuleText>& rules, Prefixes prefixes, bool has_default);

    [[nodiscard]] bool handles(std::string_view destination) const;
    [[nodiscard]] bool is_queue(std::string_view destination) const;
    /// Of a pattern too, when all that it stands for is in one topic.
    [[nodiscard]] Result<Place> place_of(std::string_view destination) const;
    /// Empty: the record is nobody's here.
    [[nodiscard]] std::optional<std::string> destination_of(std::string_view topic,
                                                            std::optional<std::string_view> key) const;

private:
    struct Rule {
        messaging::DestinationPattern destination;
        NameTemplate made;  ///< the destination again, as what is made of variables
        NameTemplate topic;
        std::optional<NameTemplate> key;
    };
    [[nodiscard]] Result<Rule> parse(const RuleText& text) const;
    [[nodiscard]] Result<void> check_alone(const Rule& rule) const;
    [[nodiscard]] Result<void> check_against(const Rule& rule, const Rule& other) const;
    [[nodiscard]] Result<Place> find_place(std::string_view destination) const;
    [[nodiscard]] static Result<Place> place_by(const Rule& rule, const messaging::Variables& variables);
    [[nodiscard]] Result<Place> place_of_pattern(std::string_view pattern) const;
    [[nodiscard]] Result<Place> default_place(std::string_view destination) const;
    [[nodiscard]] static std::optional<messaging::Variables> match_topic(const Rule& rule,
                                                                         std::string_view topic);
    [[nodiscard]] bool is_claimed(std::string_view topic) const;

    Prefixes prefixes_;
    bool has_default_ = true;
    std::vector<Rule> rules_;
};

}  // namespace stentor::kafka
