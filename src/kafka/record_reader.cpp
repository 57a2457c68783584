#include "kafka/record_reader.hpp"

#include "base/log.hpp"

#include <memory>
#include <string>
#include <utility>

namespace stentor::kafka {
namespace {

void log_skipped(const Record& record, const char* reason) {
    log::debug("record_skipped", {{"topic", record.topic},
                                  {"partition", static_cast<long>(record.partition)},
                                  {"offset", static_cast<long>(record.offset)},
                                  {"reason", reason}});
}

}  // namespace

Arrival RecordReader::read(const Record& record) const {
    Arrival arrival{record.partition, record.offset, nullptr};
    const std::string_view body = record.value.value_or("");
    if (body.size() > settings_.limits.max_body) {
        log_skipped(record, "too large");
        return arrival;
    }
    Message message;
    if (record.topic == settings_.nodes_topic) {
        message.id = record.key.value_or("");  // of servers among themselves: whom it is for
    } else {
        auto destination = settings_.rules->destination_of(record.topic, record.key);
        if (!destination) {
            log_skipped(record, "no destination has its key");
            return arrival;
        }
        message.destination = std::move(*destination);
        message.headers = headers_of(record, settings_.headers, settings_.limits);
        message.id = id_of(record);
    }
    message.body = body;
    arrival.message = std::make_shared<const Message>(std::move(message));
    return arrival;
}

}  // namespace stentor::kafka
