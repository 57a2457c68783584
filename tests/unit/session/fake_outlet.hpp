#pragma once

#include "session/outlet.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stentor::session {

/// Keeps what a session sends. As a transport does, it drops what comes after close().
class FakeOutlet final : public Outlet {
public:
    explicit FakeOutlet(Framing framing = Framing::tcp) : framing_(framing) {}

    [[nodiscard]] Framing framing() const override { return framing_; }
    void send(base::BytesRef frame) override {
        if (grows) unsent_bytes += frame->size();
        if (!closed) frames.push_back(std::move(frame));
    }
    [[nodiscard]] std::size_t unsent() const override { return unsent_bytes; }
    std::size_t write_now() override {
        if (takes_all) unsent_bytes = 0;
        return unsent_bytes;
    }
    [[nodiscard]] bool is_crowded() const override { return crowded; }
    void close(CloseStatus status) override {
        if (!closed) closed = std::move(status);
    }
    [[nodiscard]] std::string bytes() const {
        std::string all;
        for (const base::BytesRef& frame : frames) all += frame->view();
        return all;
    }

    std::vector<base::BytesRef> frames;
    std::optional<CloseStatus> closed;
    std::size_t unsent_bytes = 0;  ///< as if that much were still on its way
    bool grows = false;            ///< with every frame
    bool takes_all = false;        ///< as soon as it is asked to
    bool crowded = false;

private:
    Framing framing_;
};

}  // namespace stentor::session
