// Tests: tests/kafka/kafka_test.py
#include "kafka/rd_handles.hpp"

#include "base/log.hpp"

#include <array>
#include <stdexcept>

namespace stentor::kafka {
namespace {

void set(rd_kafka_conf_t& conf, const std::string& name, const std::string& value) {
    std::array<char, 512> reason{};
    if (rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), reason.data(), reason.size()) !=
        RD_KAFKA_CONF_OK)
        throw std::invalid_argument(name + ": " + reason.data());
}

/// Called on the library's own threads. 4 is syslog's "warning".
void write_log(const rd_kafka_t*, int level, const char*, const char* text) {
    log::write(level <= 4 ? log::Level::warning : log::Level::debug, "kafka_client", {{"reason", text}});
}

std::string_view view(const void* bytes, std::size_t size) { return {static_cast<const char*>(bytes), size}; }

}  // namespace

ConfPtr make_conf(const EngineSettings& settings, std::initializer_list<Property> properties) {
    ConfPtr conf(rd_kafka_conf_new());
    set(*conf, "client.id", "stentor");
    set(*conf, "bootstrap.servers", settings.servers);
    set(*conf, "socket.timeout.ms", std::to_string(settings.request_timeout.count()));
    set(*conf, "reconnect.backoff.ms", "100");
    set(*conf, "reconnect.backoff.max.ms", "2000");
    set(*conf, "log.connection.close", "false");
    for (const auto& [name, value] : settings.properties) set(*conf, name, value);
    for (const auto& [name, value] : properties) set(*conf, name, value);
    rd_kafka_conf_set_log_cb(conf.get(), write_log);
    return conf;
}

ClientPtr make_client(rd_kafka_type_t type, ConfPtr conf) {
    std::array<char, 512> reason{};
    ClientPtr client(rd_kafka_new(type, conf.get(), reason.data(), reason.size()));
    if (!client) throw std::invalid_argument(reason.data());
    static_cast<void>(conf.release());  // the client's own now
    return client;
}

Record read(const rd_kafka_message_t& record) {
    Record out{
        .topic = rd_kafka_topic_name(record.rkt), .partition = record.partition, .offset = record.offset};
    rd_kafka_timestamp_type_t type{};
    out.timestamp = rd_kafka_message_timestamp(&record, &type);
    if (record.key != nullptr) out.key = view(record.key, record.key_len);
    if (record.payload != nullptr) out.value = view(record.payload, record.len);
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&record, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return out;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
        out.headers.emplace_back(name, value == nullptr ? std::string_view() : view(value, size));
    return out;
}

Error error_of(rd_kafka_resp_err_t code) {
    if (code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        return {Errc::not_found, "There is no such topic"};
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE)
        return {Errc::too_large, "The message is too large for the broker"};
    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED || code == RD_KAFKA_RESP_ERR_INVALID_RECORD)
        return {Errc::forbidden, "The broker refused the destination"};
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return {Errc::unavailable, "The broker does not keep up"};
    return {Errc::unavailable, "The broker is not available"};
}

}  // namespace stentor::kafka
