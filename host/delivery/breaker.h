#pragma once

#include "host/clock/clock.h"
#include "host/delivery/backoff.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace psa::delivery {

/// Why a connection sends no tickets at present.
enum class Pause
{
    none,
    auth,       ///< The PSA does not accept the credentials. Ends with new ones or a test that passes, never by itself:
                ///< each further login could lock the API user. Goes before every other pause.
    permission, ///< The credentials may not do this. Looks by itself whether that is over.
    transport,  ///< The PSA is not reached, or answers with failures. Looks by itself.
    lost,       ///< Calls into the plugin did not return. Ends with a restart.
    quarantine, ///< The plugin has ended the process twice in this operation. Ends when somebody releases it.
};

/// "auth", "permission" and the like; "none".
const char *toText(Pause pause);

/// Decides whether one connection may send. Not for use by two threads at once.
class Breaker
{
public:
    explicit Breaker(DeliveryPolicy policy)
        : policy_(std::move(policy)), pause_(policy_.quarantine.empty() ? Pause::none : Pause::quarantine),
          reason_(policy_.quarantine)
    {
    }

    /// A request was answered as it should be.
    void succeeded();
    /// A call failed in a way that says nothing against its ticket; pauses after some in a row.
    void failed(const std::string &why, const clock::Clock::Moment &now);
    /// Pauses at once.
    void pause(Pause pause, const std::string &why, const clock::Clock::Moment &now);
    /// As pause(), for one that began at `since`; nothing = nobody knows when.
    void pause(Pause pause, const std::string &why, clock::Clock::Steady now, std::optional<clock::Clock::Wall> since);
    /// A look whether the pause is over: it is not.
    void probeFailed(const std::string &why, clock::Clock::Steady now);
    /// It may be over; if the next ticket is refused again, the next look comes later than the last one did.
    void probePassed();

    Pause state() const { return pause_; }
    /// What the PSA or the plugin said; empty while nothing is paused.
    const std::string &reason() const { return reason_; }
    /// When it was paused; nothing while nothing is paused, or if it is not known.
    std::optional<clock::Clock::Wall> since() const { return since_; }
    /// When to look whether the pause is over; nothing if it does not end by itself.
    std::optional<clock::Clock::Steady> probeAt() const { return probeAt_; }

private:
    DeliveryPolicy policy_;
    Pause pause_;
    std::string reason_;
    std::optional<clock::Clock::Wall> since_;
    std::size_t failures_ = 0; ///< In a row.
    std::uint32_t probes_ = 0; ///< Since the last success.
    std::optional<clock::Clock::Steady> probeAt_;
};

} // namespace psa::delivery
