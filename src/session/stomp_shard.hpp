#pragma once

#include "base/memory_budget.hpp"
#include "base/timer_queue.hpp"
#include "hub/hub.hpp"
#include "security/authentication_manager.hpp"
#include "security/csrf_tokens.hpp"
#include "session/closings.hpp"
#include "session/event_queue.hpp"
#include "session/frame_cache.hpp"
#include "session/shared_texts.hpp"
#include "session/stomp_settings.hpp"
#include "session/user_quota.hpp"
#include "stomp/decoder_pool.hpp"

namespace stentor::session {

/// What the STOMP sessions of a shard have in common; outlives them. Shard-local.
struct StompShard {
    StompShard(const StompSettings& s, hub::Hub& h, FrameCache& f, base::TimerQueue& t, base::TimerQueue& e)
        : settings(s), hub(h), frames(f), timers(t), expiries(e), decoders(s.limits) {}

    const StompSettings& settings;
    hub::Hub& hub;
    FrameCache& frames;
    base::TimerQueue& timers;
    base::TimerQueue& expiries;  ///< of credentials: by a clock that nothing holds
    stomp::DecoderPool decoders;
    SharedTexts texts;
    Closings closings;
    EventQueue events{settings.hooks.listeners};
    broker::SlowConsumers slow_consumers;
    base::MemoryWatch* memory = nullptr;                        ///< where there is a budget
    security::AuthenticationManager* authentication = nullptr;  ///< where anybody asks who clients are
    UserQuota* user_quota = nullptr;                            ///< likewise; null: no limit
    const security::CsrfTokens* csrf = nullptr;                 ///< where a CONNECT may need one
    std::size_t input_bytes = 0;                                ///< of frames that came in part
    std::size_t kept_bytes = 0;  ///< of the messages that slow consumers are to get later
};

}  // namespace stentor::session
