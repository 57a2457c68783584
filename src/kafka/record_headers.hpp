#pragma once

#include "kafka/record.hpp"
#include "stentor/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::kafka {

/// Which of the users' headers pass between STOMP and Kafka, either way. Immutable.
class HeaderList {
public:
    /// Names; one that ends with '*' stands for all that begin like it.
    explicit HeaderList(std::vector<std::string> names = {}) : names_(std::move(names)) {}

    [[nodiscard]] bool passes(std::string_view name) const;

private:
    std::vector<std::string> names_;
};

/// Whether that may stand in the list: no name that is STOMP's own, nor one of those that are made here.
bool may_be_listed(std::string_view name);

struct RecordLimits {
    std::size_t max_body = 256 * 1024;
    std::size_t max_headers = 32;         ///< of one record; what is more is left out
    std::size_t max_header_bytes = 1024;  ///< of one's name and value, and of a key that is shown
};

/// A record's own headers that are listed, and where it stands: `kafka-topic`, `kafka-partition`,
/// `kafka-offset`, `kafka-timestamp`, `kafka-key`, and `kafka-tombstone` where it has no value. What is not
/// text does not fit into a header and is left out.
Headers headers_of(const Record& record, const HeaderList& list, const RecordLimits& limits);

/// Its place, by which every server names it alike: "prices-0-1234".
std::string id_of(const Record& record);

}  // namespace stentor::kafka
