#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace psa::ticket {

/// State of a ticket. The numbers are in store files and never change.
enum class TicketState
{
    ready = 0,       ///< To be sent as soon as it is due.
    sending = 1,     ///< An attempt is in progress. After a crash: unknown.
    retryAt = 2,     ///< To be sent again when it is due.
    held = 3,        ///< Waits until the connection's credentials or permissions are fixed.
    unknown = 4,     ///< The PSA may have it: to be looked up when it is due.
    needsReview = 5, ///< A human decides.
    done = 6,        ///< The PSA has it. If open: to be looked up again when it is due, for duplicates.
    dead = 7,        ///< The PSA rejected it. If open: to be looked up once when it is due.
    cancelled = 8    ///< A human discarded it.
};
constexpr std::array allTicketStates = {TicketState::ready, TicketState::sending, TicketState::retryAt,
                                        TicketState::held,  TicketState::unknown, TicketState::needsReview,
                                        TicketState::done,  TicketState::dead,    TicketState::cancelled};
constexpr std::size_t ticketStateCount = allTicketStates.size();

/// nullopt for an invalid number, such as one from a damaged store.
std::optional<TicketState> ticketStateFrom(std::int64_t number);
/// nullopt for a text that is not a state.
std::optional<TicketState> ticketStateFrom(std::string_view text);
/// As in the API: "ready", "retry_at", "needs_review".
const char *toText(TicketState state);
/// All of them in numerical order, for messages: "ready, sending, retry_at".
std::string ticketStateNames();

/// Actions on a ticket: by its submitter, delivery or a human.
enum class TicketAction
{
    submit,      ///< It is submitted and starts in this state.
    send,        ///< Delivery claims it to create it in the PSA.
    reconcile,   ///< Delivery claims it to look it up in the PSA.
    settle,      ///< Delivery settles it after either call.
    release,     ///< Its connection may be used again.
    retry,       ///< A human has it sent again.
    verifyFirst, ///< A human has it looked up, and then sent again if the PSA does not have it.
    link,        ///< A human says which ticket of the PSA it is.
    discard      ///< A human discards it.
};

/// Whether the state allows an action; transitions.h checks the other conditions.
bool allows(TicketState state, TicketAction action);
/// Why the state does not allow an action, and what to do instead.
const char *adviceFor(TicketState state);

/// What a ticket waits for as far as its state tells.
enum class TicketWait
{
    nothing, ///< It has ended, or is being sent.
    turn,    ///< To be sent.
    retry,   ///< To be sent again when it is due.
    lookup,  ///< To be looked up in the PSA when it is due.
    decision ///< Of a human.
};
TicketWait waitOf(TicketState state);

/// A final state; but a dead and open ticket is not finished until it was looked up.
bool isEnded(TicketState state);
/// Finished, or waiting for a human: it makes no progress on its own, at least not soon.
bool isSettled(TicketState state);
/// It waits for a human, or a human should know how it ended.
bool needsHuman(TicketState state);
/// The PSA may have it.
bool isInDoubt(TicketState state);
/// The reason code of a ticket in needsReview says what is wrong with it: no request left that could have created it.
bool isRejection(std::string_view code);
/// It does not change until a human acts, and its contents can be corrected before it is sent again.
bool isCorrectable(TicketState state);

} // namespace psa::ticket
