#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <string>
#include <utility>

namespace stentor::base {

/// Immutable bytes that many sockets of one shard owe at once. The count is not atomic: a reference never
/// leaves its shard. Shard-local.
class SharedBytes : public boost::intrusive_ref_counter<SharedBytes, boost::thread_unsafe_counter> {
public:
    explicit SharedBytes(std::string bytes) : bytes_(std::move(bytes)) {}
    [[nodiscard]] const std::string& view() const { return bytes_; }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }

private:
    const std::string bytes_;
};

using BytesRef = boost::intrusive_ptr<const SharedBytes>;

inline BytesRef share(std::string bytes) { return BytesRef(new SharedBytes(std::move(bytes))); }

}  // namespace stentor::base
