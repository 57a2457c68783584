#pragma once

#include "stentor/arguments.hpp"
#include "stentor/result.hpp"

#include <functional>
#include <memory>
#include <type_traits>
#include <typeindex>
#include <unordered_map>
#include <utility>

namespace stentor {

/// How the objects are made of which each session has its own. Immutable when the application runs.
class SessionScope {
public:
    using Factory = std::function<std::shared_ptr<void>(Session&)>;

    void set(std::type_index type, Factory factory) { factories_[type] = std::move(factory); }
    /// Null when there is none.
    [[nodiscard]] const Factory* find(std::type_index type) const {
        const auto found = factories_.find(type);
        return found == factories_.end() ? nullptr : &found->second;
    }

private:
    std::unordered_map<std::type_index, Factory> factories_;
};

/// A session's own T, as an argument of controller functions (not of those on workers). It is made when it is
/// first asked for, by App::session_scope's factory or, without one, by T's default constructor, and dies on
/// its shard when its session has ended and its listeners have heard of that, or with the last coroutine that
/// has it. A light handle. Shard-local.
template <class T>
class Scoped {
public:
    explicit Scoped(std::shared_ptr<T> object) : object_(std::move(object)) {}

    T& operator*() const { return *object_; }
    T* operator->() const { return object_.get(); }

private:
    std::shared_ptr<T> object_;
};

namespace detail {

/// The session's object of that type: the one it has, or what the factory makes now, or `otherwise` when
/// there is no factory. Throws what these throw.
Result<std::shared_ptr<void>> scoped_object(Session session, const SessionScope* scope, std::type_index type,
                                            const SessionScope::Factory& otherwise);
/// Of the execution that is to do the call.
const SessionScope* scope_of(const Call& call);
/// The one it has; null when there is none.
std::shared_ptr<void> find_scoped(Attributes& attributes, std::type_index type);
/// Lets a session's objects go.
void end_scope(SessionState& session);

/// T's own, where it has a default constructor.
template <class T>
SessionScope::Factory default_factory() {
    if constexpr (std::is_default_constructible_v<T>)
        return [](Session&) -> std::shared_ptr<void> { return std::make_shared<T>(); };
    else return {};
}

/// What a factory made, shared.
template <class T, class Made>
std::shared_ptr<void> shared_object(Made made) {
    if constexpr (std::is_convertible_v<Made, std::shared_ptr<T>>) return std::shared_ptr<T>(std::move(made));
    else return std::make_shared<T>(std::move(made));
}

template <class T>
Result<Scoped<T>> scoped_in(const Session& session, const SessionScope* scope) {
    const Result<std::shared_ptr<void>> object =
        scoped_object(session, scope, typeid(T), default_factory<T>());
    if (!object) return object.error();
    return Scoped<T>(std::static_pointer_cast<T>(*object));
}

}  // namespace detail

/// A session's own T, if it was asked for before: for listeners and interceptors. On the session's shard.
template <class T>
[[nodiscard]] std::shared_ptr<T> find_scoped(Session session) {
    return std::static_pointer_cast<T>(detail::find_scoped(session.attributes(), typeid(T)));
}

template <class T>
inline constexpr bool belongs_to_session<Scoped<T>> = true;

template <class T>
struct Argument<Scoped<T>> : PlainArgument<Scoped<T>> {
    static Result<Scoped<T>> from(const Call& call) {
        return detail::scoped_in<T>(Session(call.session), detail::scope_of(call));
    }
    static Scoped<T>& get(Scoped<T>& stored) { return stored; }
};

}  // namespace stentor
