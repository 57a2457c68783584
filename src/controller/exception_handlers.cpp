#include "controller/exception_handlers.hpp"

#include "base/log.hpp"
#include "controller/conversion_checks.hpp"

#include <boost/core/demangle.hpp>

#include <algorithm>

namespace stentor::controller {
namespace {

/// What `thrown` was thrown because of, by std::throw_with_nested; null when it is the beginning.
std::exception_ptr cause_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::nested_exception& exception) { return exception.nested_ptr(); } catch (...) {
        return nullptr;
    }
}

std::string what_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& exception) { return exception.what(); } catch (...) {
        return "not a std::exception";
    }
}

std::string what_and_why(const std::exception_ptr& thrown) {
    std::string all = what_of(thrown);
    for (std::exception_ptr cause = cause_of(thrown); cause; cause = cause_of(cause))
        all += "; caused by " + what_of(cause);
    return all;
}

/// The peer learns nothing of the inside; the log does, but never the payload.
Outcome failed(const std::exception_ptr& thrown, const Call& call) {
    constexpr std::string_view event = "controller function failed";
    const log::Field destination{"destination", call.message->destination};
    const log::Field session{"session", call.session->id};
    const log::Field error{"error", what_and_why(thrown)};
    if (const auto id = call.message->headers.find("correlation-id"))
        log::warning(event, {destination, session, error, {"correlation-id", *id}});
    else log::warning(event, {destination, session, error});
    return {.error = Error{Errc::failed, "The message could not be handled"}};
}

/// The sender knows by it which of its messages failed.
void correlate(Headers& answer, const Message& asked) {
    const auto id = asked.headers.find("correlation-id");
    if (id && !answer.contains("correlation-id")) answer.add("correlation-id", *id);
}

std::string name_of(const ExceptionType& type) { return boost::core::demangle(type.type.name()); }

}  // namespace

Result<ExceptionHandlers> ExceptionHandlers::make(const std::deque<ExceptionMapping>& mappings,
                                                  const std::vector<std::string_view>& variables,
                                                  const Converters& converters,
                                                  std::shared_ptr<const ExceptionHandlers> outer) {
    ExceptionHandlers made;
    made.outer_ = std::move(outer);
    for (const ExceptionMapping& mapping : mappings)
        if (const Result<void> added = made.add(mapping, variables, converters); !added) return added.error();
    return made;
}

/// Before the first of its bases: all that derive from it stand before those already.
Result<void> ExceptionHandlers::add(const ExceptionMapping& mapping,
                                    const std::vector<std::string_view>& variables,
                                    const Converters& converters) {
    const BoundExceptionHandler& own = mapping.handler();
    const auto same = [&](const Handler& other) { return other.bound.type.type == own.type.type; };
    if (std::any_of(handlers_.begin(), handlers_.end(), same))
        return Error{Errc::conflict, "two exception handlers for " + name_of(own.type)};
    for (const std::string& name : own.variables)
        if (std::find(variables.begin(), variables.end(), name) == variables.end())
            return Error{Errc::malformed, "exception handler for " + name_of(own.type) + ": it takes Var<\"" +
                                              name + "\">, but not all of its mappings have a {" + name +
                                              "}"};
    if (const std::string misuse = conversion_misuse_of(own.payload, own.result, "", converters);
        !misuse.empty())
        return Error{Errc::malformed, "exception handler for " + name_of(own.type) + ": " + misuse};
    Result<Addressing> addressing =
        Addressing::make(mapping.targets(), Addressing::Default::errors, variables);
    if (!addressing) return Error{Errc::malformed, "exception handler: " + addressing.error().message};
    const auto place = std::find_if(handlers_.begin(), handlers_.end(),
                                    [&](const Handler& other) { return own.type.is_a(other.bound.type); });
    handlers_.insert(place, {own, std::move(*addressing)});
    return {};
}

Outcome ExceptionHandlers::outcome_of(const std::exception_ptr& thrown,
                                      const std::shared_ptr<Call>& call) const {
    for (const ExceptionHandlers* scope = this; scope != nullptr; scope = scope->outer_.get())
        for (std::exception_ptr each = thrown; each; each = cause_of(each))
            if (std::optional<Outcome> outcome = scope->handled(each, call)) return std::move(*outcome);
    return failed(thrown, *call);
}

std::optional<Outcome> ExceptionHandlers::handled(const std::exception_ptr& thrown,
                                                  const std::shared_ptr<Call>& call) const {
    for (const Handler& handler : handlers_) {
        std::optional<Answer> answer = handler.bound.handle(thrown, call);
        if (!answer) continue;
        if (auto* content = std::get_if<Content>(&*answer)) {
            correlate(content->headers, *call->message);
            return Outcome{.replies = handler.addressing.address(std::move(*content), *call)};
        }
        if (auto* error = std::get_if<Error>(&*answer)) return Outcome{.error = std::move(*error)};
        if (auto* again = std::get_if<std::exception_ptr>(&*answer)) return failed(*again, *call);
        return Outcome{};
    }
    return std::nullopt;
}

}  // namespace stentor::controller
