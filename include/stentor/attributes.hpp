#pragma once

#include <any>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace stentor {

/// A session's own named values, of any copyable type, for the application to keep things in between
/// messages. They die with the session. Use them on the session's shard (in handlers and controller
/// functions), not from elsewhere.
class Attributes {
public:
    template <class T>
    void set(std::string_view name, T value) {
        if (!values_) values_ = std::make_unique<Values>();
        values_->insert_or_assign(std::string(name), std::any(std::move(value)));
    }
    /// The value of that name; null when there is none or it has another type.
    template <class T>
    [[nodiscard]] T* get(std::string_view name) {
        if (!values_) return nullptr;
        const auto found = values_->find(name);
        return found == values_->end() ? nullptr : std::any_cast<T>(&found->second);
    }
    void erase(std::string_view name) {
        if (!values_) return;
        if (const auto found = values_->find(name); found != values_->end()) values_->erase(found);
    }

private:
    using Values = std::map<std::string, std::any, std::less<>>;
    std::unique_ptr<Values> values_;  ///< null: there never was any, as in most sessions
};

}  // namespace stentor
