#pragma once

#include "testing/stomp_client.hpp"

#include <cstddef>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace stentor::test {

/// What STOMP clients may and must be told, by all that they have said: knows frames and the promises of
/// docs/stomp.md and docs/broker.md, and nothing of how a server keeps them. Faults are kept, the first one
/// first; whoever walks says when each thing happens.
///
/// - RECEIPTs come in the order of the frames that asked, once each. An ERROR comes where a frame cannot be
///   done and nowhere else; after it nothing.
/// - A topic's subscription gets of each publisher and destination a piece without a gap, in order and once:
///   all that is published after its SUBSCRIBE's receipt came, until it leaves.
/// - A queue's message is with one consumer at a time, comes again only where it came back (and says so),
///   never after its ACK had its effect, and is not lost.
/// - What is sent in a transaction comes after COMMIT or never.
/// - No more is unacknowledged than the subscription's window.
class FrameModel {
public:
    using Client = std::size_t;
    enum class Ack { automatic, cumulative, individual };
    struct Asks {
        std::string destination;
        Ack ack = Ack::automatic;
        std::size_t window = 100;
        bool only_even = false;
    };
    /// By which a client acknowledges: what its MESSAGE said.
    struct Given {
        std::string subscription;
        std::string ack;         ///< STOMP 1.2
        std::string message_id;  ///< STOMP 1.1
    };

    // What clients say. Each call is one frame; `receipt`: it asks for one, whose id is the frame's number.
    /// `names_messages`: it speaks STOMP 1.1, where ACK has the message's id.
    Client connected(bool names_messages) {
        peers_.emplace_back().names_messages = names_messages;
        return peers_.size() - 1;
    }
    /// The number of its next frame.
    [[nodiscard]] long next_frame(Client client) const { return peers_[client].said + 1; }
    void subscribe(Client client, const std::string& id, const Asks& asks, bool receipt);
    void unsubscribe(Client client, const std::string& id, bool receipt);
    /// The body is the number that it returns. Without `transaction`, or with the id of an open one.
    std::size_t send(Client client, const std::string& destination, bool even, const std::string& transaction,
                     bool receipt);
    [[nodiscard]] std::size_t next_body() const { return sent_.size(); }
    void acknowledge(Client client, const Given& given, bool accepted, const std::string& transaction,
                     bool receipt);
    void begin(Client client, const std::string& transaction, bool receipt);
    void commit(Client client, const std::string& transaction, bool receipt);
    /// Not where what becomes of it depends on how far another COMMIT is.
    [[nodiscard]] bool may_commit(Client client, const std::string& transaction) const;
    void abort(Client client, const std::string& transaction, bool receipt);
    void disconnect(Client client);
    /// A frame that cannot be done.
    void faulty(Client client, bool receipt);

    // What happens to them.
    void read(Client client, const StompFrame& frame);
    /// The connection ended, and all that came before was read: whether it had to.
    void ended(Client client);
    /// By the client, with all that had come read; what it said last may have been lost.
    void lost(Client client);
    /// All that was said, but by the clients that are lost, has had its effect.
    void settled();
    /// Everybody has read and acknowledged all there is.
    void finish();

    // What the walk can do next.
    [[nodiscard]] bool is_open(Client client) const { return peers_[client].phase == Phase::open; }
    /// An ERROR or the last RECEIPT came.
    [[nodiscard]] bool is_done(Client client) const { return peers_[client].phase == Phase::done; }
    [[nodiscard]] std::vector<std::string> subscriptions(Client client) const;
    /// Of a subscription, and in no transaction yet.
    [[nodiscard]] std::vector<Given> unacknowledged(Client client, const std::string& id) const;
    [[nodiscard]] bool is_unacknowledged(Client client, const Given& given) {
        return find(peers_[client].subscriptions.at(given.subscription), given) != nullptr;
    }
    [[nodiscard]] std::vector<std::string> transactions(Client client) const;
    [[nodiscard]] const std::optional<std::string>& fault() const { return fault_; }

private:
    static constexpr long never = std::numeric_limits<long>::max();
    enum class Phase { open, disconnecting, failing, done, lost };
    enum class Fate { in_transaction, said, sure, maybe, never };

    struct Sent {
        Client publisher;
        std::string destination;
        bool even;
        Fate fate;
        long at = never;           ///< when it was sent, or committed, by step_
        std::size_t place = 0;     ///< among its publisher's to this destination, by `at`
        bool seen_first = false;   ///< without `redelivered`
        bool came_back = false;    ///< maybe: rejected by somebody, or with one that left
        bool accepted = false;     ///< for sure
        bool maybe_ended = false;  ///< accepted by somebody who was lost
        bool dead = false;
        std::vector<std::pair<Client, std::string>> seen_by = {};  ///< of a queue
    };
    struct Delivery {
        std::size_t message;
        Given given;
        enum class State {
            held,
            accepting,  ///< by a COMMIT that is under way
            rejecting,
            accepted,
            rejected,
        } state = State::held;
        bool in_transaction = false;
    };
    struct Subscription {
        Asks asks;
        long active = never;    ///< when its receipt was read
        long quiet_before = 0;  ///< what was published before has no business here
        bool there = true;      ///< the client has not left it
        bool gone = false;      ///< and knows that it is over
        std::vector<Delivery> deliveries = {};
        std::set<std::size_t> seen = {};                                                 ///< of topics
        std::map<std::pair<Client, std::string>, std::optional<std::size_t>> last = {};  ///< places
        std::map<std::size_t, std::size_t> rejected = {};  ///< how often, of a topic
    };
    struct Acknowledgement {
        std::string subscription;
        std::size_t delivery;  ///< which of its deliveries
        bool accepted;
    };
    using Effect = std::variant<std::size_t, Acknowledgement>;
    /// Said, and not known to have been done.
    struct Unsure {
        long frame;
        std::size_t message;
        bool accepted;  ///< it was; otherwise it was sent
    };
    /// A COMMIT that may not have settled what it acknowledges.
    struct Commit {
        long frame;
        bool receipt;
        std::vector<Acknowledgement> acknowledgements;
    };
    struct Peer {
        Phase phase = Phase::open;
        long said = 0;
        std::deque<long> receipts = {};
        bool names_messages = false;
        long failed_at = 0;
        bool error_has_receipt = false;
        std::map<std::string, Subscription> subscriptions = {};
        std::map<std::string, std::vector<Effect>> transactions = {};
        std::map<long, std::string> subscribing = {};  ///< by the frames that asked for receipts
        std::map<long, std::string> unsubscribing = {};
        std::deque<Unsure> unsure = {};
        std::vector<Commit> commits = {};
    };

    Peer& say(Client client, bool receipt);
    static bool is_queue(const std::string& destination) { return destination.starts_with("/queue/"); }
    static bool matches(const std::string& pattern, const std::string& destination);
    void takes_effect(Client client, std::size_t message);
    static Delivery* find(Subscription& subscription, const Given& given);
    void settle(Peer& peer, const Acknowledgement& acknowledgement, bool in_commit);
    void end_commits(Peer& peer, long frame, bool without_receipt);
    [[nodiscard]] static bool is_settling(const Subscription& subscription);
    void undo(Peer& peer, const std::vector<Effect>& effects);
    void leave(Subscription& subscription);
    void leave_all(Peer& peer);
    void confirm(Peer& peer, long frame);
    void give_up(Peer& peer, bool receipt);

    void read_receipt(Peer& peer, const StompFrame& frame);
    void read_error(Peer& peer, const StompFrame& frame);
    void read_message(Peer& peer, Client client, const StompFrame& frame);
    void read_of_topic(Subscription& subscription, std::size_t number, bool again);
    void read_of_queue(Client client, const std::string& id, std::size_t number, bool again);
    void read_dead_letter(const StompFrame& frame, std::size_t number);
    [[nodiscard]] bool is_with_another(const Sent& sent, Client client, const std::string& id) const;
    void check_topic(const std::string& who, const Subscription& subscription);
    void fail(const std::string& what) {
        if (!fault_) fault_ = what;
    }

    std::vector<Peer> peers_;
    std::vector<Sent> sent_;
    std::map<std::pair<Client, std::string>, std::vector<std::size_t>> published_;  ///< in order
    std::map<std::string, long> left_;  ///< of each queue, when a consumer left last
    long step_ = 1;
    long quiet_ = 0;  ///< all that was said before has had its effect
    std::optional<std::string> fault_;
};

}  // namespace stentor::test
