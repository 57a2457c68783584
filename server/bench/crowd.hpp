#pragma once

#include "client.hpp"
#include "loop.hpp"
#include "options.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace stentor::bench {

/// All sessions with one server. Shard-local.
class Crowd : public Client::Listener, private Ticking {
public:
    Crowd(Loop& loop, const Options& options, const Target& target);
    ~Crowd() override { close_all(); }
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    [[nodiscard]] const Target& target() const { return server_.target; }
    [[nodiscard]] bool is_open() const { return !clients_.empty(); }
    /// WebSocket messages that came compressed.
    [[nodiscard]] std::uint64_t compressed() const { return server_.compressed; }
    /// Whether the server answers a SUBSCRIBE that asks for a receipt.
    [[nodiscard]] bool receipts() const { return receipts_; }

    void on_ready(Client& client) override;
    void on_message(Client& client, std::string_view body) override = 0;
    void on_read(Client& client) override = 0;

protected:
    /// Opens a session for each destination, some at a time, and waits until all are ready; "" subscribes to
    /// nothing.
    void open_all(const std::vector<std::string>& destinations);
    void close_all();
    /// Whether the server answers a SUBSCRIBE that asks for a receipt; some brokers never do.
    void find_out_about_receipts(const std::string& destination);

    /// Sends a heart-beat.
    void beat(Client& client) const;
    std::unique_ptr<Client> make(const std::string& destination, std::uint32_t number);
    [[noreturn]] void describe_unready() const;
    [[nodiscard]] Client& client(std::size_t number) { return *clients_[number]; }
    [[nodiscard]] std::uint64_t timeout() const;
    [[noreturn]] void fail(const std::string& why) const;

    Loop& loop_;
    const Options& options_;
    Server server_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::size_t ready_ = 0;

private:
    const Script& script(const std::string& destination);
    [[nodiscard]] std::string connect_frame() const;
    void on_tick(std::uint64_t at) override;

    std::map<std::string, Script> scripts_;
    std::string beat_;              ///< encoded
    std::uint64_t beats_from_ = 0;  ///< ns
    std::uint64_t beats_ = 0;
    bool receipts_ = true;
    bool receipts_known_ = false;
};

}  // namespace stentor::bench
