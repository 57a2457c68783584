#pragma once

#include "stentor/app.hpp"

#include <string>
#include <utility>

namespace stentor {

/// Registers mappings below one prefix, with what they have in common:
///
///     stentor::Controller chat{app, "/chat/{room}"};
///     chat.send_to("/topic/chat.{room}");
///     chat.message_mapping("/say", say);             // messages to /app/chat/{room}/say
///     chat.subscribe_mapping("/members", members);
///     chat.exception_handler<Banned>(tell_why);      // what say and members throw
///
/// Belongs to start-up, as App's own mappings do: the application keeps what is registered, not the
/// Controller.
class Controller {
public:
    /// `prefix` is a pattern, whose variables all the mappings have. Several controllers may have the same.
    Controller(App& app, std::string prefix);

    /// Where the results of message mappings go that name no place themselves. Several calls add up. What
    /// a subscribe mapping answers goes to the subscription, unless the mapping itself says otherwise.
    Controller& send_to(std::string destination);
    Controller& send_to(std::initializer_list<std::string> destinations);
    Controller& send_to_user(std::string destination, UserSessions sessions = UserSessions::all);

    /// As App's, of the prefix + `pattern`; "" stands for the prefix itself.
    template <class F>
    Mapping& message_mapping(std::string pattern, F function) {
        return add(Mapping::Kind::message, std::move(pattern), stentor::bind(std::move(function)));
    }
    template <class M, class O>
    Mapping& message_mapping(std::string pattern, M function, O& object) {
        return add(Mapping::Kind::message, std::move(pattern), stentor::bind(function, object));
    }
    template <class F>
    Mapping& subscribe_mapping(std::string pattern, F function) {
        return add(Mapping::Kind::subscribe, std::move(pattern), stentor::bind(std::move(function)));
    }
    template <class M, class O>
    Mapping& subscribe_mapping(std::string pattern, M function, O& object) {
        return add(Mapping::Kind::subscribe, std::move(pattern), stentor::bind(function, object));
    }
    /// For what functions of this controller throw; asked before the application's handlers.
    template <class E, class F>
    ExceptionMapping& exception_handler(F function) {
        return group_->exception_handlers.emplace_back(stentor::bind_exception<E>(std::move(function)));
    }

private:
    Mapping& add(Mapping::Kind kind, std::string pattern, BoundFunction function) {
        return group_->mappings.emplace_back(kind, std::move(pattern), std::move(function));
    }
    MappingGroup* group_;  ///< the application's
};

}  // namespace stentor
