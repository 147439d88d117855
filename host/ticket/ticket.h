#pragma once

#include "host/clock/clock.h"
#include "host/ticket/ticket_state.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace psa::ticket {

/// Why a ticket is in its state.
struct StateReason
{
    std::string code; ///< Stable, for programs: "auth", "crash".
    std::string text; ///< For people, free of secrets.

    bool operator==(const StateReason &) const = default;
};

/// What became of a ticket in the PSA.
struct TicketOutcome
{
    std::string psaId; ///< The PSA's id of the ticket.
    std::string number;
    std::string url;
    std::vector<std::string> warnings; ///< Of the host and of the plugin.
    bool recovered = false;            ///< Found by its reference after an unknown outcome.

    bool operator==(const TicketOutcome &) const = default;
};

/// A ticket as it is submitted.
struct NewTicket
{
    std::string connection;
    std::string key;         ///< The caller's, at most 255 bytes; "" = none.
    std::string fingerprint; ///< Of the request; the same for the same payload. Compared only where there is a key.
    std::string reference;   ///< Unique in the store, 1 to 40 bytes.
    std::string requestJson; ///< As validated.
    std::string ticketJson;  ///< As built for the plugin; may be empty if it needs review.
    std::string company;     ///< As the built ticket names it; "" = it names none.
    std::vector<std::string> warnings;      ///< Of the build.
    TicketState state = TicketState::ready; ///< ready, held, needsReview or dead.
    StateReason reason;
};

/// A ticket in the store.
struct StoredTicket
{
    std::int64_t id = 0; ///< From 1, growing, never used twice.
    std::string connection;
    std::string key;
    std::string fingerprint;
    std::string reference;
    TicketState state = TicketState::ready;
    StateReason reason;
    std::int64_t attempts = 0; ///< Spent on sending it, with the one under way.
    std::int64_t fence = 0;    ///< Grows whenever the ticket is taken, given back or changed by hand.
    clock::Clock::Wall created;
    clock::Clock::Wall runBegan;           ///< created, or when it was retried manually or released from being held.
    clock::Clock::Wall changed;            ///< When it came into its state.
    std::optional<clock::Clock::Wall> due; ///< Not before; none = not by itself, or somebody has it in hand.
    /// Since when it is open whether the PSA has it, whatever the state says: an attempt ended so. It is looked for before it
    /// is sent again. None = it is not open. Always set while unknown.
    std::optional<clock::Clock::Wall> openSince;
    std::optional<clock::Clock::Wall> ended;
    std::string damage;       ///< What of its row cannot be read, for people; "" = nothing. The rest is as it is.
    TicketOutcome outcome;    ///< Empty but for warnings until it is known.
    std::string pluginBuild;  ///< Which build had it last, "id@version".
    std::string title;        ///< Of the request; in lists alone.
    std::string company;      ///< As the built ticket names it: an id, or a name that the PSA knows. "" = none.
    std::string companyLabel; ///< What the PSA calls it; "" = not known.
    std::string requestJson;  ///< Empty in lists.
    std::string ticketJson;   ///< Empty in lists.
};

/// What takes the place of what a ticket has; nothing leaves what is there.
struct TicketDocuments
{
    std::optional<std::string> requestJson;
    std::optional<std::string> ticketJson;
    std::optional<std::vector<std::string>> warnings = {}; ///< Of the build.
    std::string company = "";                              ///< As the ticket names it; "" = it names none.
};

/// What a claim is for.
enum class ClaimFor
{
    sending,    ///< ready and retryAt become sending, and spend an attempt.
    reconciling ///< What is open stays in its state, but is in hand: nobody else gets it.
};

/// How somebody who has claimed a ticket gives it back.
struct TicketSettlement
{
    TicketState state = TicketState::ready; ///< Any but sending.
    StateReason reason;
    /// It is open whether the PSA has it; possible for retryAt, held and dead. unknown always is.
    bool open = false;
    /// For ready, retryAt, unknown and what is open; none = now, but for held: when it is released.
    std::optional<clock::Clock::Wall> due;
    bool attemptSpent = true;             ///< False gives the attempt back: nothing was tried, or a limit refused it.
    std::optional<TicketOutcome> outcome; ///< Replaces the one that is there.
};

} // namespace psa::ticket
