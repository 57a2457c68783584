#pragma once

#include "stentor/inspection.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::app {

/// The first of many, in the order of their names, behind where the page before ended: it holds no more than
/// these. A value.
template <class T>
class FirstOnes {
public:
    explicit FirstOnes(const inspection::Page& page) : limit_(page.limit), after_(page.after) {}

    /// `make()` is called only if it belongs there, as far as is known. One of a name that is there already
    /// is joined to it by `join(T&, T)`.
    template <class Make, class Join>
    void offer(std::string_view name, Make make, Join join) {
        if (limit_ == 0 || name <= after_) return;
        if (const auto found = kept_.find(name); found != kept_.end()) return join(found->second, make());
        if (kept_.size() == limit_) {
            const auto last = std::prev(kept_.end());
            if (name > last->first) return;
            kept_.erase(last);
        }
        std::string key(name);  // make() may take away what `name` is a view of
        kept_.emplace(std::move(key), make());
    }
    template <class Make>
    void offer(std::string_view name, Make make) {
        offer(name, std::move(make), [](T&, T) {});
    }
    [[nodiscard]] std::vector<T> take() {
        std::vector<T> all;
        all.reserve(kept_.size());
        for (auto& [name, each] : kept_) all.push_back(std::move(each));
        kept_.clear();
        return all;
    }

private:
    std::size_t limit_;
    std::string after_;
    std::map<std::string, T, std::less<>> kept_;
};

}  // namespace stentor::app
