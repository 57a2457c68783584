#include "stentor/mapping.hpp"

namespace stentor {

Mapping::Mapping(Kind kind, std::string pattern, BoundFunction function)
    : kind_(kind), pattern_(std::move(pattern)), function_(std::move(function)) {}

Mapping& Mapping::send_to(std::string destination) {
    targets_.destinations.push_back(std::move(destination));
    return *this;
}

Mapping& Mapping::send_to(std::initializer_list<std::string> destinations) {
    targets_.destinations.insert(targets_.destinations.end(), destinations);
    return *this;
}

Mapping& Mapping::send_to_user(std::string destination, UserSessions sessions) {
    targets_.users.push_back({std::move(destination), sessions});
    return *this;
}

Mapping& Mapping::produces(std::string content_type) {
    produces_ = std::move(content_type);
    return *this;
}

Mapping& Mapping::on_workers() {
    runs_on_workers_ = true;
    return *this;
}

std::string Mapping::name() const {
    return (kind_ == Kind::message ? "message mapping \"" : "subscribe mapping \"") + pattern_ + "\"";
}

ExceptionMapping::ExceptionMapping(BoundExceptionHandler handler) : handler_(std::move(handler)) {}

ExceptionMapping& ExceptionMapping::send_to(std::string destination) {
    targets_.destinations.push_back(std::move(destination));
    return *this;
}

ExceptionMapping& ExceptionMapping::send_to(std::initializer_list<std::string> destinations) {
    targets_.destinations.insert(targets_.destinations.end(), destinations);
    return *this;
}

ExceptionMapping& ExceptionMapping::send_to_user(std::string destination, UserSessions sessions) {
    targets_.users.push_back({std::move(destination), sessions});
    return *this;
}

}  // namespace stentor
