#pragma once

#include "kafka/engine.hpp"
#include "kafka/record.hpp"

namespace stentor::kafka {

/// Records as clients get them. Immutable.
class RecordReader {
public:
    /// The settings must outlive it.
    explicit RecordReader(const EngineSettings& settings) : settings_(settings) {}

    /// Without a message where the record is nobody's here, or too large.
    [[nodiscard]] Arrival read(const Record& record) const;

private:
    const EngineSettings& settings_;
};

}  // namespace stentor::kafka
