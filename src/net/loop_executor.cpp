// Tests: tests/unit/net/loop_executor_test.cpp
#include "net/loop_executor.hpp"

namespace stentor::net {

AsioThread::AsioThread() : context_(1), work_(context_.get_executor()), thread_([this] { context_.run(); }) {}

AsioThread::~AsioThread() { stop(); }

void AsioThread::stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

boost::asio::any_io_executor make_executor(const Loop& loop, boost::asio::io_context& context) {
    return LoopExecutor(loop, context);
}

}  // namespace stentor::net
