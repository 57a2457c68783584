#pragma once

#include "stentor/message.hpp"
#include "stentor/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stentor::nodes {

/// "I am here", to all: every so often, with the number of the last change of the sender's list of users.
struct Beat {
    std::uint64_t sequence = 0;
    friend bool operator==(const Beat&, const Beat&) = default;
};

/// Somebody's first session begins at the sender, or the last ends.
struct Change {
    std::string user;
    bool here = false;
    friend bool operator==(const Change&, const Change&) = default;
};

/// To all: changes with the numbers `first`, `first` + 1, ...
struct Changes {
    std::uint64_t first = 0;
    std::vector<Change> list;
    friend bool operator==(const Changes&, const Changes&) = default;
};

/// "Say your whole list", to one, or to all by one that is new.
struct Ask {
    friend bool operator==(const Ask&, const Ask&) = default;
};

/// A part of the sender's list, to all. The parts of a run follow one another, with changes between them;
/// each tells the number of the last change before it.
struct Piece {
    std::uint64_t run = 0;    ///< 1, 2, ... in the epoch
    std::uint64_t index = 0;  ///< in its run
    std::uint64_t sequence = 0;
    bool last = false;
    std::vector<std::string> users;
    friend bool operator==(const Piece&, const Piece&) = default;
};

/// The sender ends.
struct Goodbye {
    friend bool operator==(const Goodbye&, const Goodbye&) = default;
};

/// Whose sessions a request is for.
enum class Target : std::uint8_t { user, session, claim };

/// A message for sessions of the receiver that subscribed to "/user" + destination. It goes no further.
struct Deliver {
    Target target = Target::user;
    std::string name;
    std::string destination;
    MessagePtr message = {};  ///< whose own destination does not matter; never null
    friend bool operator==(const Deliver& a, const Deliver& b) {
        return a.target == b.target && a.name == b.name && a.destination == b.destination &&
               a.message->id == b.message->id && a.message->headers == b.message->headers &&
               a.message->body == b.message->body;
    }
};

/// Ends sessions of the receiver.
struct Close {
    Target target = Target::user;
    std::string name;
    std::string reason;
    std::uint16_t code = 0;
    friend bool operator==(const Close&, const Close&) = default;
};

/// Ends a subscription of one of the receiver's sessions.
struct Unsubscribe {
    std::string session;
    std::string id;
    friend bool operator==(const Unsubscribe&, const Unsubscribe&) = default;
};

/// Who is there: sessions of that name.
struct FindSessions {
    Target target = Target::user;
    std::string name;
    friend bool operator==(const FindSessions&, const FindSessions&) = default;
};

/// Who has subscriptions whose destination the pattern matches.
struct FindSubscriptions {
    std::string pattern;
    friend bool operator==(const FindSubscriptions&, const FindSubscriptions&) = default;
};

/// How many there are.
struct Count {
    friend bool operator==(const Count&, const Count&) = default;
};

using Request = std::variant<Deliver, Close, Unsubscribe, FindSessions, FindSubscriptions, Count>;

/// A request with the sender's number for it, by which it is answered; 0: no answer is wanted.
struct Numbered {
    std::uint64_t number = 0;
    Request request;
    friend bool operator==(const Numbered&, const Numbered&) = default;
};

struct FoundSubscription {
    std::string id;
    std::string destination;
    friend bool operator==(const FoundSubscription&, const FoundSubscription&) = default;
};
struct FoundSession {
    std::string id;
    std::string user;
    std::vector<FoundSubscription> subscriptions;
    friend bool operator==(const FoundSession&, const FoundSession&) = default;
};

/// What became of a request. What is not asked for is 0 or empty.
struct Reply {
    std::uint64_t count = 0;  ///< sessions reached, closed, or all; or subscriptions ended
    std::uint64_t subscriptions = 0;
    std::vector<FoundSession> sessions;
    bool cut = false;  ///< there are more than a letter can hold
    friend bool operator==(const Reply&, const Reply&) = default;
};
struct Answer {
    std::uint64_t number = 0;
    Reply reply;
    friend bool operator==(const Answer&, const Answer&) = default;
};

using Contents = std::variant<Beat, Changes, Ask, Piece, Goodbye, Numbered, Answer>;

/// What servers say to each other.
struct Letter {
    std::string from;  ///< the sender's name: is_node_name
    /// How often the sender had to begin anew. Its numbers of changes are of this time.
    std::uint64_t epoch = 0;
    Contents contents;
    friend bool operator==(const Letter&, const Letter&) = default;
};

/// 32 lower-case hexadecimal digits: nothing that could mean more in a destination.
bool is_node_name(std::string_view name);

/// The bytes of a letter: "SN", version, kind, and fields, of which numbers are LEB128 and texts begin with
/// their length.
std::string write_letter(const Letter& letter);
/// `unsupported` for another version's, `malformed` for what is no letter. Takes no more memory than some
/// multiple of the bytes, which their channel bounds.
Result<Letter> read_letter(std::string_view bytes);

}  // namespace stentor::nodes
