#pragma once

#include "stentor/arguments.hpp"
#include "stentor/replies.hpp"

#include <functional>
#include <tuple>
#include <type_traits>
#include <typeindex>

/// From a user's function to a BoundFunction. Used through mapping.hpp.
namespace stentor {

/// Called exactly once for each invocation.
using AnswerHandler = std::function<void(Answer)>;

/// What a function takes or sends as a message's body, for the checks of start-up.
struct BodyType {
    enum class Kind {
        none,
        raw,        ///< text or bytes, of whatever content type
        json,       ///< JSON, and what the application's converters make of it
        converted,  ///< only what the application's converters make of it
    };
    Kind kind = Kind::none;
    std::type_index type = typeid(void);
};

/// A controller function without its types. Invoked on the session's shard, or on a worker for
/// `.on_workers()`; sessions of all shards share one function, so it is called by several threads at once.
/// Immutable.
struct BoundFunction {
    std::function<void(const std::shared_ptr<Call>&, AnswerHandler)> invoke;
    /// The same for a function that does not wait, without a handler; empty for a coroutine.
    std::function<Answer(const std::shared_ptr<Call>&)> answer = {};
    std::vector<std::string> variables = {};  ///< the names it asks for by Var
    BodyType payload = {};
    BodyType result = {};
    bool takes_payload = false;
    bool takes_session = false;
    bool awaits = false;  ///< a coroutine: answers later
};

/// One type of exceptions, told apart from its bases without knowing it: a pointer to it is caught by the
/// pointers to its bases. Immutable.
struct ExceptionType {
    std::type_index type;
    void (*throw_pointer)();
    bool (*catches)(void (*throw_pointer)());

    /// Whether a handler of `other` would handle this one too.
    [[nodiscard]] bool is_a(const ExceptionType& other) const { return other.catches(throw_pointer); }
};

/// An exception handler without its types: nothing when the exception is of another type. Immutable.
struct BoundExceptionHandler {
    ExceptionType type;
    std::function<std::optional<Answer>(const std::exception_ptr&, const std::shared_ptr<Call>&)> handle = {};
    std::vector<std::string> variables = {};  ///< the names it asks for by Var
    BodyType payload = {};
    BodyType result = {};
};

/// How a result that is not there yet is waited for; coroutine.hpp does it for awaitable<T>.
template <class R>
struct Awaiting {
    static constexpr bool known = false;
};

namespace detail {

template <class R, class... P>
struct Signature {};

template <class F>
struct SignatureOf {
    static_assert(
        requires { &F::operator(); },
        "stentor: a controller function is a function, a member function with its object, a std::function or "
        "a lambda whose argument types are written out (a generic lambda's `auto` tells nothing)");
};
template <class F>
    requires requires { &F::operator(); }
struct SignatureOf<F> : SignatureOf<decltype(&F::operator())> {};

template <class R, class... P>
struct Signed {
    using type = Signature<R, P...>;
};
template <class R, class... P>
struct SignatureOf<R (*)(P...)> : Signed<R, P...> {};
template <class R, class... P>
struct SignatureOf<R (*)(P...) noexcept> : Signed<R, P...> {};
template <class R, class C, class... P>
struct SignatureOf<R (C::*)(P...)> : Signed<R, P...> {};
template <class R, class C, class... P>
struct SignatureOf<R (C::*)(P...) noexcept> : Signed<R, P...> {};
template <class R, class C, class... P>
struct SignatureOf<R (C::*)(P...) const> : Signed<R, P...> {};
template <class R, class C, class... P>
struct SignatureOf<R (C::*)(P...) const noexcept> : Signed<R, P...> {};

template <class P>
consteval bool check_parameter() {
    using T = std::remove_cvref_t<P>;
    static_assert(
        Argument<T>::known,
        "stentor: this argument type cannot be bound; a controller function takes Message, Headers, Session, "
        "Principal, Var<\"x\">, Header<\"x\"> and one payload: text, bytes or a type described by "
        "BOOST_DESCRIBE_STRUCT");
    static_assert(!std::is_rvalue_reference_v<P> &&
                      (!std::is_lvalue_reference_v<P> || std::is_const_v<std::remove_reference_t<P>> ||
                       std::same_as<T, Session>),
                  "stentor: a controller function takes its arguments by value or by const reference");
    return Argument<T>::known;
}

template <class R>
struct ResultOf {
    static constexpr bool known = Answering<std::remove_cvref_t<R>>::known;
};
template <class R>
    requires(Awaiting<R>::known)
struct ResultOf<R> : ResultOf<typename Awaiting<R>::Value> {};

template <class R>
struct SentOf : Answering<std::remove_cvref_t<R>> {};
template <class R>
    requires(Awaiting<R>::known)
struct SentOf<R> : SentOf<typename Awaiting<R>::Value> {};

/// Of a result, or of nothing.
template <class T>
BodyType sent_type() {
    if constexpr (std::is_void_v<T>) return {};
    else if constexpr (Raw<T>) return {BodyType::Kind::raw, typeid(T)};
    else return {json::Writable<T> ? BodyType::Kind::json : BodyType::Kind::converted, typeid(T)};
}

/// Of a payload; of other arguments nothing.
template <class T>
BodyType taken_type() {
    if constexpr (!Argument<T>::is_payload) return {};
    else if constexpr (json::detail::is_optional<T>) return taken_type<typename T::value_type>();
    else if constexpr (Raw<T> || std::same_as<T, std::span<const std::byte>>)
        return {BodyType::Kind::raw, typeid(T)};
    else return {json::Readable<T> ? BodyType::Kind::json : BodyType::Kind::converted, typeid(T)};
}

template <class... P>
BodyType payload_type() {
    BodyType found;
    [[maybe_unused]] const auto look = [&](BodyType one) {
        if (one.kind != BodyType::Kind::none) found = one;
    };
    (look(taken_type<std::remove_cvref_t<P>>()), ...);
    return found;
}

template <class R>
consteval bool check_result() {
    static_assert(
        ResultOf<R>::known,
        "stentor: this result type cannot be sent; a controller function returns void, text, bytes or a type "
        "described by BOOST_DESCRIBE_STRUCT, alone or in Reply, ToUser, std::optional, Result or awaitable "
        "(for which include <stentor/coroutine.hpp>)");
    return ResultOf<R>::known;
}

template <class R, class... P>
consteval bool check_signature() {
    constexpr int payloads = (0 + ... + int{Argument<std::remove_cvref_t<P>>::is_payload});
    constexpr int unknown = (0 + ... + int{!check_parameter<P>()});  // checks all of them
    static_assert(unknown > 0 || payloads <= 1, "stentor: a controller function takes at most one payload");
    return unknown == 0 && payloads <= 1 && check_result<R>();
}

/// The arguments of one call, which live as long as the function works on them.
template <class... P>
class Arguments {
public:
    explicit Arguments(const Call& call) : stored_{Argument<std::remove_cvref_t<P>>::from(call)...} {}

    /// Why the function cannot be called, told by the first argument that does not fit.
    [[nodiscard]] std::optional<Error> refusal() const {
        std::optional<Error> error;
        const auto refused = [&](const auto& stored) {
            if (!stored) error = stored.error();
            return error.has_value();
        };
        std::apply([&](const auto&... stored) { return (refused(stored) || ...); }, stored_);
        return error;
    }
    template <class F>
    decltype(auto) call(F& function) {
        return std::apply([&](auto&... stored) -> decltype(auto) { return function(pass<P>(*stored)...); },
                          stored_);
    }

private:
    /// By reference from where it is stored; by value moved out of there.
    template <class Parameter, class Stored>
    static decltype(auto) pass(Stored& stored) {
        using Got = decltype(Argument<std::remove_cvref_t<Parameter>>::get(stored));
        if constexpr (std::is_reference_v<Parameter> || std::is_const_v<std::remove_reference_t<Got>>)
            return Argument<std::remove_cvref_t<Parameter>>::get(stored);
        else return std::move(Argument<std::remove_cvref_t<Parameter>>::get(stored));
    }

    std::tuple<Result<typename Argument<std::remove_cvref_t<P>>::Stored>...> stored_;
};

/// What `work` answers; its exception when it throws.
template <class Work>
Answer guarded(Work&& work) noexcept {
    try {
        return work();
    } catch (...) { return std::current_exception(); }
}

template <class Kind>
void add_variable(std::vector<std::string>& names) {
    if constexpr (requires { Kind::variable; }) names.emplace_back(Kind::variable);
}

/// A function with the arguments of one call. Binds them when made.
template <class F, class... P>
class Invocation {
public:
    Invocation(std::shared_ptr<F> function, std::shared_ptr<Call> call)
        : function_(std::move(function)), call_(std::move(call)), arguments_(*call_) {}
    [[nodiscard]] std::optional<Error> refusal() const { return arguments_.refusal(); }
    decltype(auto) operator()() { return arguments_.call(*function_); }

private:
    std::shared_ptr<F> function_;
    std::shared_ptr<Call> call_;
    Arguments<P...> arguments_;
};

template <class R, class F, class... P>
Answer answer_to(const std::shared_ptr<Call>& call, F& function) {
    return guarded([&]() -> Answer {
        Arguments<P...> arguments(*call);
        if (std::optional<Error> refusal = arguments.refusal()) return std::move(*refusal);
        return answer_of<R>([&]() -> R { return arguments.call(function); },
                            {call->produces, call->converters});
    });
}

/// For a coroutine; the arguments stay where they are until the coroutine has ended, whatever becomes of the
/// session.
template <class R, class F, class... P>
void invoke_later(const std::shared_ptr<F>& function, const std::shared_ptr<Call>& call,
                  AnswerHandler answered) {
    std::shared_ptr<Invocation<F, P...>> invocation;
    Answer refused = guarded([&]() -> Answer {
        invocation = std::make_shared<Invocation<F, P...>>(function, call);
        std::optional<Error> refusal = invocation->refusal();
        return refusal ? Answer(std::move(*refusal)) : Answer(Nothing{});
    });
    if (!std::holds_alternative<Nothing>(refused)) return answered(std::move(refused));
    Awaiting<R>::start(
        *call->execution, [invocation] { return (*invocation)(); }, Writing{call->produces, call->converters},
        std::move(answered));
}

template <class F, class R, class... P>
BoundFunction bind_as(F function, Signature<R, P...>) {
    BoundFunction bound;
    if constexpr (check_signature<R, P...>()) {
        const auto shared = std::make_shared<F>(std::move(function));
        if constexpr (Awaiting<R>::known)
            bound.invoke = [shared](const std::shared_ptr<Call>& call, AnswerHandler answered) {
                invoke_later<R, F, P...>(shared, call, std::move(answered));
            };
        else {
            bound.answer = [shared](const std::shared_ptr<Call>& call) {
                return answer_to<R, F, P...>(call, *shared);
            };
            bound.invoke = [shared](const std::shared_ptr<Call>& call, const AnswerHandler& answered) {
                answered(answer_to<R, F, P...>(call, *shared));
            };
        }
        bound.awaits = Awaiting<R>::known;
        bound.payload = payload_type<P...>();
        bound.result = sent_type<typename SentOf<R>::Sent>();
        bound.takes_payload = (false || ... || Argument<std::remove_cvref_t<P>>::is_payload);
        bound.takes_session = (false || ... || belongs_to_session<std::remove_cvref_t<P>>);
        (add_variable<Argument<std::remove_cvref_t<P>>>(bound.variables), ...);
    }
    return bound;
}

template <class M, class O, class R, class... P>
BoundFunction bind_member(M member, O& object, Signature<R, P...> signature) {
    return bind_as(
        [member, &object](P... arguments) -> R { return (object.*member)(std::forward<P>(arguments)...); },
        signature);
}

template <class E>
ExceptionType exception_type() {
    static_assert(std::same_as<E, std::remove_cvref_t<E>> && !std::is_pointer_v<E>,
                  "stentor: an exception handler is for a type, neither for a reference nor a pointer");
    return {typeid(E), [] { throw static_cast<const E*>(nullptr); },
            [](void (*throw_pointer)()) {
                try {
                    throw_pointer();
                } catch (const E*) { return true; } catch (...) {
                }
                return false;
            }};
}

template <class E, class F, class R, class First, class... P>
BoundExceptionHandler bind_handler(F function, Signature<R, First, P...>) {
    static_assert(std::same_as<std::remove_cvref_t<First>, E> && !std::is_rvalue_reference_v<First>,
                  "stentor: the first argument of an exception handler is the exception, by const reference");
    static_assert(!Awaiting<R>::known, "stentor: an exception handler is not a coroutine");
    BoundExceptionHandler bound{exception_type<E>()};
    if constexpr (check_signature<R, P...>()) {
        (add_variable<Argument<std::remove_cvref_t<P>>>(bound.variables), ...);
        bound.payload = payload_type<P...>();
        bound.result = sent_type<typename SentOf<R>::Sent>();
        bound.handle = [function = std::make_shared<F>(std::move(function))](
                           const std::exception_ptr& thrown,
                           const std::shared_ptr<Call>& call) -> std::optional<Answer> {
            try {
                std::rethrow_exception(thrown);
            } catch (const E& exception) {
                return guarded([&]() -> Answer {
                    Arguments<P...> arguments(*call);
                    if (std::optional<Error> refusal = arguments.refusal()) return std::move(*refusal);
                    const auto handle = [&](P... rest) -> R {
                        return (*function)(exception, std::forward<P>(rest)...);
                    };
                    return answer_of<R>([&]() -> R { return arguments.call(handle); },
                                        {{}, call->converters});
                });
            } catch (...) { return std::nullopt; }
        };
    }
    return bound;
}

struct Bind {
    template <class F>
        requires(!std::is_member_function_pointer_v<std::decay_t<F>>)
    BoundFunction operator()(F&& function) const {
        using Function = std::decay_t<F>;
        return bind_as(Function(std::forward<F>(function)), typename SignatureOf<Function>::type());
    }
    template <class M, class O>
        requires(std::is_member_function_pointer_v<M>)
    BoundFunction operator()(M member, O& object) const {
        return bind_member(member, object, typename SignatureOf<M>::type());
    }
};

}  // namespace detail

/// `bind(f)`: a function, lambda or std::function that answers messages; arguments.hpp and replies.hpp tell
/// what it may take and return. It is called on every shard, at the same time: what it shares must be safe.
///
/// `bind(&Chat::say, chat)`: a member function with its object, which must outlive the application's run.
///
/// An object and not a function template, lest functions that take a std::string be given to std::bind.
inline constexpr detail::Bind bind{};

/// A function for exceptions of type E: f(const E&) or f(const E&, arguments as above...).
template <class E, class F>
BoundExceptionHandler bind_exception(F&& function) {
    using Function = std::decay_t<F>;
    return detail::bind_handler<E>(Function(std::forward<F>(function)),
                                   typename detail::SignatureOf<Function>::type());
}

}  // namespace stentor
