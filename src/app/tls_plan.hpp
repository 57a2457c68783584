#pragma once

#include "net/tls_context.hpp"
#include "stentor/config.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace stentor::app {

/// The server's own certificates: read at the start, and again when their files have changed. Any one thread
/// at a time.
class TlsPlan {
public:
    /// Throws ConfigError.
    explicit TlsPlan(const TlsConfig& config);

    [[nodiscard]] const std::shared_ptr<const net::TlsContext>& context() const { return context_; }
    /// Takes the files anew where one of them is another than before, or when it must (then also the keys of
    /// session tickets are new). Whether it did; files that cannot be used are logged, and the old ones stay.
    bool refresh(bool must);

private:
    using Stamps = std::vector<std::filesystem::file_time_type>;
    [[nodiscard]] Stamps stamps() const;

    net::TlsServerSettings settings_;
    std::shared_ptr<const net::TlsContext> context_;
    Stamps seen_;
};

/// Throws ConfigError.
std::shared_ptr<const net::TlsContext> tls_context(const TlsClientConfig& config);

}  // namespace stentor::app
