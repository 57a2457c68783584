#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace stentor::base {

/// Immutable bytes that many sockets of one shard owe at once, in one piece of memory with their count. The
/// count is not atomic: a reference never leaves its shard. Shard-local.
class SharedBytes : public boost::intrusive_ref_counter<SharedBytes, boost::thread_unsafe_counter> {
public:
    /// That many bytes, for their maker to write before anybody else sees them.
    static boost::intrusive_ptr<SharedBytes> make(std::size_t size) { return {new (size) SharedBytes(size)}; }

    [[nodiscard]] char* data() { return reinterpret_cast<char*>(this + 1); }
    [[nodiscard]] std::string_view view() const { return {reinterpret_cast<const char*>(this + 1), size_}; }
    [[nodiscard]] std::size_t size() const { return size_; }

    /// Not the size of a SharedBytes: its bytes were taken with it.
    static void operator delete(void* memory) { ::operator delete(memory); }

private:
    explicit SharedBytes(std::size_t size) : size_(size) {}
    static void* operator new(std::size_t own, std::size_t bytes) { return ::operator new(own + bytes); }
    static void operator delete(void* memory, std::size_t) { ::operator delete(memory); }

    const std::size_t size_;
};

using BytesRef = boost::intrusive_ptr<const SharedBytes>;

/// A copy of them.
inline BytesRef share(std::string_view bytes) {
    const auto made = SharedBytes::make(bytes.size());
    if (!bytes.empty()) std::memcpy(made->data(), bytes.data(), bytes.size());
    return made;
}

}  // namespace stentor::base
