// Where the client library is not there.
#include "kafka/engine.hpp"

namespace stentor::kafka {

std::shared_ptr<Engine> make_engine(const EngineSettings&) { return nullptr; }
bool has_engine() { return false; }

}  // namespace stentor::kafka
