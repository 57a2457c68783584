#include "controller/exception_handlers.hpp"

#include "base/log.hpp"

#include <algorithm>

namespace stentor::controller {
namespace {

std::string what_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& exception) { return exception.what(); } catch (...) {
        return "not a std::exception";
    }
}

/// The peer learns nothing of the inside; the log does, but never the payload.
Outcome failed(const std::exception_ptr& thrown, const Call& call) {
    log::warning("controller function failed", {{"destination", call.message->destination},
                                                {"session", call.session->id},
                                                {"error", what_of(thrown)}});
    return {.error = Error{Errc::failed, "The message could not be handled"}};
}

}  // namespace

Result<ExceptionHandlers> ExceptionHandlers::make(const std::deque<ExceptionMapping>& mappings) {
    ExceptionHandlers made;
    for (const ExceptionMapping& mapping : mappings) {
        const auto same = [&](const Handler& other) { return other.bound.type == mapping.handler().type; };
        if (std::any_of(made.handlers_.begin(), made.handlers_.end(), same))
            return Error{Errc::conflict, "two exception handlers for one type of exception"};
        Result<Addressing> addressing = Addressing::make(mapping.targets(), Addressing::Default::errors, {});
        if (!addressing) return Error{Errc::malformed, "exception handler: " + addressing.error().message};
        made.handlers_.push_back({mapping.handler(), std::move(*addressing)});
    }
    return made;
}

Outcome ExceptionHandlers::outcome_of(const std::exception_ptr& thrown,
                                      const std::shared_ptr<Call>& call) const {
    for (const Handler& handler : handlers_) {
        std::optional<Answer> answer = handler.bound.handle(thrown, call);
        if (!answer) continue;
        if (auto* content = std::get_if<Content>(&*answer))
            return {.replies = handler.addressing.address(std::move(*content), *call)};
        if (auto* error = std::get_if<Error>(&*answer)) return {.error = std::move(*error)};
        if (auto* again = std::get_if<std::exception_ptr>(&*answer)) return failed(*again, *call);
        return {};
    }
    return failed(thrown, *call);
}

}  // namespace stentor::controller
