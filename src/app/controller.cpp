// Tests: tests/flow/controller_flow_test.cpp
#include "stentor/controller.hpp"

#include "app/inside.hpp"

namespace stentor {

Controller::Controller(App& app, std::string prefix)
    : group_(&app::Inside::of(app).blueprint.controllers.emplace_back(MappingGroup{std::move(prefix)})) {}

Controller& Controller::send_to(std::string destination) {
    group_->targets.destinations.push_back(std::move(destination));
    return *this;
}

Controller& Controller::send_to(std::initializer_list<std::string> destinations) {
    group_->targets.destinations.insert(group_->targets.destinations.end(), destinations);
    return *this;
}

Controller& Controller::send_to_user(std::string destination, UserSessions sessions) {
    group_->targets.users.push_back({std::move(destination), sessions});
    return *this;
}

}  // namespace stentor
