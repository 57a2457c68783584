#include "stentor/session_scope.hpp"

#include "stentor/mapping.hpp"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace stentor::detail {
namespace {

/// An attribute under a name that no application can mean.
constexpr std::string_view slot = "\nscope";

using Objects = std::unordered_map<std::type_index, std::shared_ptr<void>>;

Objects& objects_of(Attributes& attributes) {
    if (auto* const known = attributes.get<std::shared_ptr<Objects>>(slot)) return **known;
    attributes.set(slot, std::make_shared<Objects>());
    return **attributes.get<std::shared_ptr<Objects>>(slot);
}

}  // namespace

const SessionScope* scope_of(const Call& call) { return call.execution->session_scope(); }

/// The factory may itself ask for others of the session's objects.
Result<std::shared_ptr<void>> scoped_object(Session session, const SessionScope* scope, std::type_index type,
                                            const SessionScope::Factory& otherwise) {
    if (const auto known = objects_of(session.attributes()).find(type);
        known != objects_of(session.attributes()).end())
        return known->second;
    const SessionScope::Factory* const own = scope == nullptr ? nullptr : scope->find(type);
    const SessionScope::Factory& factory = own == nullptr ? otherwise : *own;
    if (!factory) return Error{Errc::failed, "A session's object cannot be made"};
    std::shared_ptr<void> made = factory(session);
    if (!made) return Error{Errc::failed, "A session's object cannot be made"};
    return objects_of(session.attributes()).try_emplace(type, std::move(made)).first->second;
}

std::shared_ptr<void> find_scoped(Attributes& attributes, std::type_index type) {
    const auto* const objects = attributes.get<std::shared_ptr<Objects>>(slot);
    if (objects == nullptr) return nullptr;
    const auto found = (*objects)->find(type);
    return found == (*objects)->end() ? nullptr : found->second;
}

/// Those that die now may still look at the attributes.
void end_scope(SessionState& session) {
    auto* const known = session.attributes.get<std::shared_ptr<Objects>>(slot);
    if (known == nullptr) return;
    const std::shared_ptr<Objects> ending = *known;
    session.attributes.erase(slot);
}

}  // namespace stentor::detail
