#pragma once

#include "host/clock/clock.h"
#include "host/ticket/ticket_state.h"

#include <array>
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

/// The result of a ticket in the PSA.
struct TicketOutcome
{
    std::string psaId; ///< The PSA's id of the ticket.
    std::string number;
    std::string url;
    std::vector<std::string> warnings; ///< From the host and the plugin.
    bool recovered = false;            ///< Found by its reference after an unknown outcome.

    bool operator==(const TicketOutcome &) const = default;
};

/// The reason code of a ticket that is looked up before it is sent, since the PSA may have one with its key.
constexpr const char *keyCode = "key";

/// A ticket as it is submitted.
struct NewTicket
{
    std::string connection;
    std::string key;                   ///< The caller's, at most 255 bytes; "" = none.
    std::string fingerprint;           ///< Of the request; equal for equal payloads. Compared only if there is a key.
    std::string reference;             ///< Unique in the store, 1 to 40 bytes.
    std::string requestJson;           ///< As validated.
    std::string ticketJson;            ///< As built for the plugin; may be empty if it needs review.
    std::string company;               ///< As in the built ticket; "" = none.
    std::string afterCreateJson;       ///< A change to be made once it is created; "" = none.
    std::vector<std::string> warnings; ///< From the build.
    TicketState state = TicketState::ready; ///< ready, held, needsReview or dead.
    StateReason reason;
    /// The PSA may have a ticket with this reference: it is looked up before it is sent. Only with the state held.
    bool verifyFirst = false;
};

/// What is to be done in the PSA exactly once in effect. The numbers are in store files and never change.
enum class OperationKind
{
    create = 0, ///< The ticket itself: its row is its own operation.
    note = 1,
    change = 2
};
inline constexpr std::array allOperationKinds = {OperationKind::create, OperationKind::note, OperationKind::change};

/// As in the API: "create", "note", "change".
const char *toText(OperationKind kind);
/// nullopt for an invalid number, such as one from a damaged store.
std::optional<OperationKind> operationKindFrom(std::int64_t number);

/// How far an operation has got: the part that tickets, notes and changes have in common.
struct Progress
{
    std::int64_t id = 0; ///< From 1, increasing, never reused; tickets and operations count separately.
    OperationKind kind = OperationKind::create;
    TicketState state = TicketState::ready;
    StateReason reason;
    std::int64_t attempts = 0; ///< Attempts to send it, including the one in progress.
    std::int64_t fence = 0;    ///< Incremented whenever it is claimed, settled or changed by a human.
    std::int64_t crashes = 0;  ///< Calls over it in which the plugin crashed, since a human last retried it.
    clock::Clock::Wall created;
    clock::Clock::Wall runBegan; ///< created, or when it was retried by a human or released from being held.
    clock::Clock::Wall changed;  ///< When it entered its state.
    /// Earliest time of the next step; nullopt = no automatic step, it is claimed, or an operation that waits its turn.
    std::optional<clock::Clock::Wall> due;
    /// Since when it is not known whether the PSA has it (it is "open"), whatever the state says. It is looked up
    /// before it is sent again. nullopt = not open. Always set while unknown.
    std::optional<clock::Clock::Wall> openSince;
    std::optional<clock::Clock::Wall> ended;
    std::string damage;      ///< Which part of its row cannot be read, for people; "" = none. The rest is valid.
    std::string pluginBuild; ///< The build that last processed it, "id@version".
};

/// A ticket in the store.
struct StoredTicket : Progress
{
    std::string connection;
    std::string key;
    std::string fingerprint;
    std::string reference;
    TicketOutcome outcome;    ///< Empty except for warnings until it is known.
    std::string title;        ///< Title of the request; only in lists.
    std::string company;      ///< As in the built ticket: an id, or a name that the PSA knows. "" = none.
    std::string companyLabel; ///< What the PSA calls it; "" = not known.
    std::string requestJson;  ///< Empty in lists.
    std::string ticketJson;   ///< Empty in lists.
    /// States of its notes and changes that have not ended or need a human, without repetition; not in rows.
    std::vector<TicketState> operationStates;
};

/// Replacements for a ticket's documents; nullopt keeps the current one.
struct TicketDocuments
{
    std::optional<std::string> requestJson;
    std::optional<std::string> ticketJson;
    std::optional<std::vector<std::string>> warnings = {}; ///< From the build.
    std::string company = "";                              ///< As in the built ticket; "" = none.
};

/// The purpose of a claim.
enum class ClaimFor
{
    sending,    ///< ready and retryAt become sending, which uses an attempt.
    reconciling ///< An open ticket keeps its state, but is claimed: nobody else gets it.
};

/// How a claimed operation is settled.
struct Settlement
{
    TicketState state = TicketState::ready; ///< Any state except sending.
    StateReason reason;
    /// It is not known whether the PSA has it; possible for retryAt, held, needsReview and dead. unknown is always open.
    /// For done: the PSA may have it more than once, so that it is looked up again.
    bool open = false;
    /// For ready, retryAt, unknown and open tickets; nullopt = now, or for held: on release.
    std::optional<clock::Clock::Wall> due;
    /// False gives the attempt back: nothing was tried, or it was rejected because of a limit.
    bool attemptSpent = true;
    bool crashed = false; ///< The plugin crashed in the call.
};

/// How a claimed ticket is settled.
struct TicketSettlement : Settlement
{
    std::optional<TicketOutcome> outcome; ///< Replaces the current one.
};

} // namespace psa::ticket
