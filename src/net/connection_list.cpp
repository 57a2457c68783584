// Tests: tests/unit/net/connection_list_test.cpp
#include "net/connection_list.hpp"

#include "net/connection.hpp"

#include <utility>

namespace stentor::net {

void ConnectionList::add(Connection& connection) {
    std::size_t& place = connection.places().*place_;
    if (place != ListPlaces::nowhere) return;
    place = places_.size();
    places_.push_back(&connection);
}

void ConnectionList::remove(Connection& connection) {
    const std::size_t place = connection.places().*place_;
    if (place != ListPlaces::nowhere) (void)take(place);
}

Connection* ConnectionList::take(std::size_t index) {
    Connection* const connection = std::exchange(places_[index], nullptr);
    if (connection != nullptr) connection->places().*place_ = ListPlaces::nowhere;
    return connection;
}

void ConnectionList::compact() {
    std::erase(places_, nullptr);
    for (std::size_t i = 0; i < places_.size(); ++i) places_[i]->places().*place_ = i;
}

}  // namespace stentor::net
