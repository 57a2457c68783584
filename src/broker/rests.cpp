#include "broker/rests.hpp"

namespace stentor::broker {

void Rests::add(base::TimePoint until, Where where) {
    all_.emplace(until, std::move(where));
    timer_.set(all_.begin()->first);
}

/// What is woken may rest again at once.
void Rests::on_time(base::TimePoint now) {
    while (!all_.empty() && all_.begin()->first <= now) {
        const Where where = std::move(all_.extract(all_.begin()).value().second);
        wake_(where, now);
    }
    timer_.set(all_.empty() ? base::never : all_.begin()->first);
}

}  // namespace stentor::broker
