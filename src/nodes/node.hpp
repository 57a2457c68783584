#pragma once

#include "base/timer_queue.hpp"
#include "broker/node_channel.hpp"
#include "nodes/directory.hpp"
#include "nodes/own_users.hpp"
#include "nodes/questions.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::nodes {

struct Settings {
    base::Duration beat = std::chrono::seconds(1);
    base::Duration silence = std::chrono::seconds(5);  ///< after which a server is forgotten
    base::Duration batch_time = std::chrono::milliseconds(50);
    std::size_t batch_size = 256;
    base::Duration answer_timeout = std::chrono::seconds(1);
    std::size_t max_nodes = 64;
    std::size_t max_users = 1'000'000;      ///< remembered of one server
    std::size_t max_user_name = 1'024;      ///< bytes; longer ones are in no list
    std::size_t max_questions = 10'000;     ///< that wait for answers
    std::size_t max_letter = 192 * 1024;    ///< bytes
    std::size_t max_list_part = 32 * 1024;  ///< bytes, roughly, of the letters that tell the users
};

/// This server, as the others' requests see it.
class Here {
public:
    using Replied = std::function<void(Reply)>;
    /// Does it on all its shards, and on no other server. `replied` is called once, maybe before this
    /// returns; it is empty where nobody wants to know.
    virtual void perform(Request request, Replied replied) = 0;

protected:
    ~Here() = default;
};

/// One of several servers on one external broker: tells the others who is here, knows who is where, and
/// brings requests to where they belong. Shard-local: the first shard's.
class Node final : private broker::NodeChannel::Listener {
public:
    using Done = broker::Broker::Done;

    /// `name`: is_node_name, and nobody else's.
    Node(const Settings& settings, std::string name, broker::NodeChannel& channel, base::TimerQueue& timers,
         Here& here);
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    /// A shard's first session of that user begins, or its last ends.
    void arrived(const std::string& user);
    void left(const std::string& user);

    /// To the servers that it concerns. Done when the broker has it for all of them.
    void send(Request request, Done done);
    /// The same, and waits for their answers.
    void ask(Request request, Questions::Done done);

    /// The others forget this one.
    void say_goodbye();

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const OwnUsers& own_users() const { return own_; }
    [[nodiscard]] const Directory& directory() const { return directory_; }
    [[nodiscard]] std::size_t questions() const { return questions_.size(); }

private:
    void on_node_message(std::string_view body) override;
    void on_node_channel(bool open) override;

    /// Where a request goes. To all means also those that are not known.
    struct Route {
        std::vector<std::string> nodes;
        bool to_all = false;
        [[nodiscard]] bool leads_nowhere() const { return nodes.empty() && !to_all; }
    };
    [[nodiscard]] Route route(const Request& request) const;
    [[nodiscard]] std::vector<std::string> places_of(Target target, const std::string& name) const;
    [[nodiscard]] Result<std::string> sealed(Request request, std::uint64_t number) const;

    void handle(const Letter& letter, Numbered numbered);
    void handle_list(const std::string& from, std::uint64_t epoch, Contents contents);
    void tell(std::string_view node, Contents contents, Done done);
    void tell(std::string_view node, Contents contents);
    void ask_for_list(const std::string& node);
    void note_change();
    void send_changes();
    void want_list();
    void send_piece();
    void on_beat(base::TimePoint now);
    void rearm_questions();
    void complain(const Error& error);

    const Settings& settings_;
    std::string name_;
    broker::NodeChannel& channel_;
    base::TimerQueue& timers_;
    Here& here_;
    OwnUsers own_;
    Directory directory_;
    Questions questions_;
    bool open_ = false;
    std::uint64_t epoch_ = 0;
    bool changes_under_way_ = false;
    bool list_wanted_ = false;
    bool list_under_way_ = false;
    base::TimePoint next_list_{};       ///< not before
    Piece piece_;                       ///< run and index of the next
    std::optional<std::string> after_;  ///< the last user of the piece before
    bool complained_of_version_ = false;
    bool complained_ = false;  ///< of malformed letters, or of too many servers
    base::Timer beat_timer_;
    base::Timer changes_timer_;
    base::Timer list_timer_;
    base::Timer questions_timer_;
};

}  // namespace stentor::nodes
