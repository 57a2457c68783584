#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>

namespace stentor::base {

/// How much memory what waits may take, and from which part of it on, in percent, what is done.
struct MemoryMarks {
    std::size_t budget = 0;  ///< bytes; 0: there is none
    unsigned slow_publishers = 70;
    unsigned refuse_connections = 80;
    unsigned close_consumers = 90;
};

/// What is done about memory: each of them besides those before it.
enum class MemoryMeasure : std::uint8_t { none, slow_publishers, refuse_connections, close_consumers };

/// Decides by what is used. A measure begins at its mark and ends well below it, so that none comes and goes.
/// Shard-local.
class MemoryGauge {
public:
    explicit MemoryGauge(const MemoryMarks& marks) : marks_(marks) {}

    /// What is to be done from now on.
    MemoryMeasure update(std::size_t used);

    [[nodiscard]] MemoryMeasure measure() const { return measure_; }
    [[nodiscard]] std::size_t used() const { return used_; }
    /// The whole budget is used up.
    [[nodiscard]] bool is_full() const { return used_ >= marks_.budget; }
    /// How long a publisher waits after each message: the longer the less is left.
    [[nodiscard]] Duration pause() const;
    /// How much has to go for `measure` to end.
    [[nodiscard]] std::size_t excess(MemoryMeasure measure) const;

private:
    [[nodiscard]] std::size_t mark(MemoryMeasure measure) const;

    const MemoryMarks marks_;
    std::size_t used_ = 0;
    MemoryMeasure measure_ = MemoryMeasure::none;
};

/// What the rooms of a shard ask before they take more. Shard-local.
class MemoryWatch {
public:
    /// Whether who publishes is to wait after each message, for pause().
    virtual bool slows_publishers() = 0;
    [[nodiscard]] virtual Duration pause() const = 0;
    virtual bool refuses_connections() = 0;

protected:
    ~MemoryWatch() = default;
};

}  // namespace stentor::base
