#pragma once

#include <zlib.h>

#include <array>
#include <string>
#include <string_view>

namespace stentor::bench {

/// Inflates permessage-deflate messages (RFC 7692, 7.2.2). Shard-local.
class Inflater {
public:
    enum class Context {
        kept,   ///< each message may refer to those before it: one inflater a connection
        reset,  ///< each stands alone: one inflater for all, and equal messages are inflated once
    };
    explicit Inflater(Context context);
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Valid until the next call. Throws Failure when it is not deflated.
    std::string_view inflate(std::string_view compressed);

private:
    struct Known {
        std::string compressed;
        std::string plain;
    };
    void run(std::string_view compressed, std::string& plain);
    void feed(std::string_view compressed, std::string& plain);

    Context context_;
    z_stream stream_{};
    std::array<Known, 32> known_;  // the last ones: a fan-out brings the same bytes to everybody
    std::size_t oldest_ = 0;
};

}  // namespace stentor::bench
