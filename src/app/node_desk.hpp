#pragma once

#include "app/node_plan.hpp"
#include "broker/broker.hpp"
#include "nodes/node.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stentor::app {

class Shard;

/// A shard's way to the other servers: the first shard is the node, the other shards go by it. Shard-local.
class NodeDesk final : private nodes::Here {
public:
    using Done = broker::Broker::Done;
    using Replied = std::function<void(nodes::Replies)>;

    NodeDesk(Shard& shard, const NodePlan& plan, broker::NodeChannel& channel);
    ~NodeDesk();

    /// A user's first session on this shard begins, or the last has ended. Told at the end of the turn.
    void note(const std::string& user, bool here) { noted_.emplace_back(user, here); }
    void end_turn();

    /// Both are called on this shard, unless the server ends first.
    void send(nodes::Request request, Done done);
    void ask(nodes::Request request, Replied replied);
    /// Gives `use` the node, on the first shard.
    void look(std::function<void(const nodes::Node&)> use);

    void say_goodbye();
    /// What this shard's sessions' ids begin with.
    [[nodiscard]] const std::string& session_prefix() const { return session_prefix_; }

private:
    using Noted = std::vector<std::pair<std::string, bool>>;

    void perform(nodes::Request request, nodes::Here::Replied replied) override;
    void tell(const Noted& noted);
    void sent(std::uint64_t number, const Result<void>& result);
    void answered(std::uint64_t number, nodes::Replies replies);

    Shard& shard_;
    std::string session_prefix_;
    std::unique_ptr<nodes::Node> node_;  ///< the first shard's
    Noted noted_;
    std::unordered_map<std::uint64_t, Done> sending_;    ///< by way of the first shard
    std::unordered_map<std::uint64_t, Replied> asking_;  ///< likewise
    std::uint64_t last_ = 0;
};

}  // namespace stentor::app
