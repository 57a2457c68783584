#pragma once

#include "stentor/message.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace stentor::nodes {

/// Appends fields to bytes: numbers as LEB128, texts with their length before them.
class LetterWriter {
public:
    explicit LetterWriter(std::string& bytes) : bytes_(bytes) {}

    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(0x80 | (value & 0x7f));
        bytes_ += static_cast<char>(value);
    }
    void flag(bool value) { bytes_ += value ? '\1' : '\0'; }
    template <class E>
    void choice(E value, E) {
        number(static_cast<std::uint64_t>(value));
    }
    void text(std::string_view value) {
        number(value.size());
        bytes_ += value;
    }
    void headers(const Headers& value) {
        number(value.size());
        for (const auto& [name, content] : value) {
            text(name);
            text(content);
        }
    }
    void message(const MessagePtr& value) {
        text(value->id);
        headers(value->headers);
        text(value->body);
    }
    template <class List, class F>
    void list(const List& value, F each) {
        number(value.size());
        for (const auto& one : value) each(one);
    }
    template <class Variant, class F>
    void variant(const Variant& value, F each) {
        number(value.index());
        std::visit([&](const auto& one) { each(one); }, value);
    }

private:
    std::string& bytes_;
};

/// Reads what a LetterWriter wrote. After the first fault it reads nothing more, and what it gave is worth
/// nothing.
class LetterReader {
public:
    explicit LetterReader(std::string_view bytes) : rest_(bytes) {}

    /// No fault, and nothing left.
    [[nodiscard]] bool is_well() const { return well_ && rest_.empty(); }

    template <class T>
    void number(T& value) {
        const std::uint64_t read = number();
        if (read > std::numeric_limits<T>::max()) return fail();
        value = static_cast<T>(read);
    }
    void flag(bool& value) {
        const std::uint64_t read = number();
        if (read > 1) return fail();
        value = read == 1;
    }
    template <class E>
    void choice(E& value, E last) {
        const std::uint64_t read = number();
        if (read > static_cast<std::uint64_t>(last)) return fail();
        value = static_cast<E>(read);
    }
    void text(std::string& value) { value = text(); }
    void headers(Headers& value) {
        for (std::uint64_t left = number(); well_ && left != 0; --left) {
            const std::string_view name = text();
            const std::string_view content = text();
            if (well_) value.add(name, content);
        }
    }
    void message(MessagePtr& value) {
        const auto read = std::make_shared<Message>();
        text(read->id);
        headers(read->headers);
        text(read->body);
        value = read;
    }
    /// Nothing is taken in advance: a length says nothing before what it counts is there.
    template <class List, class F>
    void list(List& value, F each) {
        for (std::uint64_t left = number(); well_ && left != 0; --left) each(value.emplace_back());
    }
    template <class Variant, class F>
    void variant(Variant& value, F each) {
        const std::uint64_t index = number();
        if (!well_ || index >= std::variant_size_v<Variant>) return fail();
        make(value, index, std::make_index_sequence<std::variant_size_v<Variant>>());
        std::visit([&](auto& one) { each(one); }, value);
    }

private:
    void fail() {
        well_ = false;
        rest_ = {};
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            if (shift == 63 && byte > 1) break;
            value |= std::uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80) return value;
        }
        fail();
        return 0;
    }
    std::string_view text() {
        const std::uint64_t size = number();
        if (size > rest_.size()) {
            fail();
            return {};
        }
        const std::string_view value = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return value;
    }
    template <class Variant, std::size_t... I>
    static void make(Variant& value, std::uint64_t index, std::index_sequence<I...>) {
        ((I == index ? static_cast<void>(value.template emplace<I>()) : void()), ...);
    }

    std::string_view rest_;
    bool well_ = true;
};

}  // namespace stentor::nodes
