// Tests: tests/unit/net/mailbox_test.cpp
#include "net/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace stentor::net {
namespace {

/// Stands in the place of the letters once nobody will open any.
class ClosedMark final : public Letter {
    void open() override {}
};
ClosedMark closed_mark;

}  // namespace

Mailbox::Mailbox() : wake_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (wake_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Mailbox::~Mailbox() {
    discard_all();
    ::close(wake_fd_);
}

bool Mailbox::empty() const {
    const Letter* const top = top_.load(std::memory_order_acquire);
    return top == nullptr || top == &closed_mark;
}

void Mailbox::discard_all() {
    Letter* letter = top_.exchange(&closed_mark, std::memory_order_acquire);
    while (letter != nullptr && letter != &closed_mark) {
        const std::unique_ptr<Letter> unread(letter);
        letter = letter->next_;
    }
}

void Mailbox::push(Letter* letter) {
    Letter* top = top_.load(std::memory_order_relaxed);
    do {
        if (top == &closed_mark) return delete letter;
        letter->next_ = top;
    } while (!top_.compare_exchange_weak(top, letter, std::memory_order_release, std::memory_order_relaxed));
    if (top != nullptr) return;  // whoever found it empty has woken the owner
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
}

void Mailbox::open_all() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got =
        ::read(wake_fd_, &count, sizeof count);  // before the exchange: none is missed
    if (empty()) return;
    Letter* newest = top_.exchange(nullptr, std::memory_order_acquire);
    Letter* oldest = nullptr;
    while (newest != nullptr) {
        Letter* next = newest->next_;
        newest->next_ = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest != nullptr) {
        const std::unique_ptr<Letter> letter(oldest);
        oldest = oldest->next_;
        letter->open();
    }
}

}  // namespace stentor::net
