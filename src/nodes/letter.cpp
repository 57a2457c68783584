// Tests: tests/unit/nodes/letter_test.cpp
#include "nodes/letter.hpp"

#include "nodes/letter_bytes.hpp"

#include <algorithm>
#include <utility>

namespace stentor::nodes {
namespace {

constexpr std::string_view magic = "SN";
constexpr unsigned char version = 1;
constexpr std::size_t name_size = 32;

// Each kind of contents is written and read by one function, `pass`, which names its fields in order.

void pass(auto& io, auto& beat, const Beat*) { io.number(beat.sequence); }

void pass(auto& io, auto& changes, const Changes*) {
    io.number(changes.first);
    io.list(changes.list, [&](auto& change) {
        io.flag(change.here);
        io.text(change.user);
    });
}

void pass(auto&, auto&, const Ask*) {}
void pass(auto&, auto&, const Goodbye*) {}

void pass(auto& io, auto& piece, const Piece*) {
    io.number(piece.run);
    io.number(piece.index);
    io.number(piece.sequence);
    io.flag(piece.last);
    io.list(piece.users, [&](auto& user) { io.text(user); });
}

void pass(auto& io, auto& deliver, const Deliver*) {
    io.choice(deliver.target, Target::session);
    io.text(deliver.name);
    io.text(deliver.destination);
    io.message(deliver.message);
}

void pass(auto& io, auto& close, const Close*) {
    io.choice(close.target, Target::claim);
    io.text(close.name);
    io.text(close.reason);
    io.number(close.code);
}

void pass(auto& io, auto& unsubscribe, const Unsubscribe*) {
    io.text(unsubscribe.session);
    io.text(unsubscribe.id);
}

void pass(auto& io, auto& find, const FindSessions*) {
    io.choice(find.target, Target::session);
    io.text(find.name);
}

void pass(auto& io, auto& find, const FindSubscriptions*) { io.text(find.pattern); }
void pass(auto&, auto&, const Count*) {}

void pass(auto& io, auto& numbered, const Numbered*) {
    io.number(numbered.number);
    io.variant(numbered.request, [&](auto& request) {
        pass(io, request, static_cast<const std::decay_t<decltype(request)>*>(nullptr));
    });
}

void pass(auto& io, auto& answer, const Answer*) {
    io.number(answer.number);
    io.number(answer.reply.count);
    io.number(answer.reply.subscriptions);
    io.flag(answer.reply.cut);
    io.list(answer.reply.sessions, [&](auto& session) {
        io.text(session.id);
        io.text(session.user);
        io.list(session.subscriptions, [&](auto& subscription) {
            io.text(subscription.id);
            io.text(subscription.destination);
        });
    });
}

void pass_letter(auto& io, auto& letter) {
    io.text(letter.from);
    io.number(letter.epoch);
    io.variant(letter.contents, [&](auto& contents) {
        pass(io, contents, static_cast<const std::decay_t<decltype(contents)>*>(nullptr));
    });
}

}  // namespace

bool is_node_name(std::string_view name) {
    return name.size() == name_size &&
           std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string write_letter(const Letter& letter) {
    std::string bytes(magic);
    bytes += static_cast<char>(version);
    LetterWriter writer(bytes);
    pass_letter(writer, letter);
    return bytes;
}

Result<Letter> read_letter(std::string_view bytes) {
    if (!bytes.starts_with(magic) || bytes.size() == magic.size())
        return Error{Errc::malformed, "This is no letter of a server"};
    if (static_cast<unsigned char>(bytes[magic.size()]) != version)
        return Error{Errc::unsupported, "The letter is of another version"};
    LetterReader reader(bytes.substr(magic.size() + 1));
    Letter letter;
    pass_letter(reader, letter);
    if (!reader.is_well() || !is_node_name(letter.from))
        return Error{Errc::malformed, "The letter is not well formed"};
    return letter;
}

}  // namespace stentor::nodes
