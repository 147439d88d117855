#pragma once

#include "host/clock/clock.h"
#include "host/connection/login.h"
#include "host/delivery/policy.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace psa::delivery {

/// Why a connection currently sends no tickets.
enum class Pause
{
    none,
    /// The PSA rejects the credentials. Ends with new ones or a passed test, never automatically: each further login
    /// could lock the API user. Takes precedence over every other pause.
    auth,
    permission, ///< The credentials lack permission. Probes automatically whether it is over.
    transport,  ///< The PSA is unreachable or failing. Probes automatically.
    plugin,     ///< The plugin crashed over different tickets. Probes automatically.
};
/// All but none.
inline constexpr std::array allPauses = {Pause::auth, Pause::permission, Pause::transport, Pause::plugin};

/// "auth", "permission" and the like; "none".
const char *toText(Pause pause);
/// For people, a sentence without its full stop; "" for none.
const char *sentenceOf(Pause pause);
/// Whether tickets that the PSA may have are looked up during this pause.
bool allowsLookups(Pause pause);

/// Decides whether one connection may send. Not thread-safe.
class Breaker
{
public:
    explicit Breaker(DeliveryPolicy policy) : policy_(policy) {}

    /// A request succeeded.
    void succeeded();
    /// A call failed for reasons unrelated to its ticket; pauses after several in a row.
    void failed(const std::string &why, const clock::Clock::Moment &now);
    /// The plugin crashed in a call over `ticket`. Pauses at the second ticket without a success in between.
    void crashed(std::int64_t ticket, const std::string &why, const clock::Clock::Moment &now);
    /// Pauses immediately.
    void pause(Pause pause, const std::string &why, const clock::Clock::Moment &now);
    /// Like pause(), for one that began at `since`; nullopt = unknown.
    void pause(Pause pause, const std::string &why, clock::Clock::Steady now, std::optional<clock::Clock::Wall> since);
    /// A probe showed that the pause is not over.
    void probeFailed(const std::string &why, clock::Clock::Steady now);
    /// It may be over; if the next ticket is rejected again, the next probe comes later than the last one.
    void probePassed();

    Pause state() const { return pause_; }
    /// The message of the PSA or the plugin; empty while nothing is paused.
    const std::string &reason() const { return reason_; }
    /// When it was paused; nullopt if it is not paused or the time is unknown.
    std::optional<clock::Clock::Wall> since() const { return since_; }
    /// When to probe whether the pause is over; nullopt if it does not end automatically.
    std::optional<clock::Clock::Steady> probeAt() const { return probeAt_; }

private:
    DeliveryPolicy policy_;
    Pause pause_ = Pause::none;
    std::string reason_;
    std::optional<clock::Clock::Wall> since_;
    std::size_t failures_ = 0; ///< In a row.
    std::uint32_t probes_ = 0; ///< Since the last success.
    std::optional<clock::Clock::Steady> probeAt_;
    std::optional<std::int64_t> crashed_; ///< The ticket over which the plugin has crashed since the last success.
};

/// The pause of `breaker` as a document to store, so that it survives a restart; "" if there is none, or if it soon
/// ends automatically.
std::string toDocument(const Breaker &breaker);

/// Pauses `breaker` as `document` says. An unreadable document counts as no pause: the next failure causes a new one.
void restoreBreaker(Breaker &breaker, const std::string &document, clock::Clock::Steady now);

/// Marks the credentials of `login` as rejected if `document` says so.
void restoreLogin(connection::Login &login, const std::string &document);

/// The document of a connection whose credentials are rejected.
std::string toDocument(const connection::Login::Refusal &refusal);

/// When the credentials were rejected, according to `document`; nullopt = they were not, or the time is unknown.
std::optional<clock::Clock::Wall> refusedSince(const std::string &document);

} // namespace psa::delivery
