#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace psa::ticket {

/// Where a ticket is on its way. The numbers are in store files: they never change.
enum class TicketState
{
    ready = 0,       ///< To be sent as soon as it is due.
    sending = 1,     ///< An attempt is under way. After a crash: unknown.
    retryAt = 2,     ///< To be sent again when it is due.
    held = 3,        ///< Waits until the connection's credentials or permissions are mended.
    unknown = 4,     ///< The PSA may have it: to be looked for when it is due.
    needsReview = 5, ///< A human decides.
    done = 6,        ///< The PSA has it.
    dead = 7,        ///< The PSA does not take it as it is. If that is open: to be looked for once when it is due.
    cancelled = 8    ///< A human discarded it.
};
constexpr std::array allTicketStates = {TicketState::ready, TicketState::sending, TicketState::retryAt,
                                        TicketState::held,  TicketState::unknown, TicketState::needsReview,
                                        TicketState::done,  TicketState::dead,    TicketState::cancelled};
constexpr std::size_t ticketStateCount = allTicketStates.size();

/// Nothing for a number that no state has, such as one of a damaged store.
std::optional<TicketState> ticketStateFrom(std::int64_t number);
/// Nothing for a text that names no state.
std::optional<TicketState> ticketStateFrom(std::string_view text);
/// As in the API: "ready", "retry_at", "needs_review".
const char *toText(TicketState state);
/// All of them in the order of their numbers, for messages: "ready, sending, retry_at".
std::string ticketStateNames();

/// What is done to a ticket: by whoever submits it, by delivery, or by a person.
enum class TicketAction
{
    submit,      ///< It is handed in, and begins in this state.
    send,        ///< Delivery takes it to create it in the PSA.
    reconcile,   ///< Delivery takes it to look for it in the PSA.
    settle,      ///< Delivery gives it back after either.
    release,     ///< Its connection may be used again.
    retry,       ///< A person has it sent again.
    verifyFirst, ///< A person has it looked for, and then sent again if the PSA does not have it.
    link,        ///< A person says which ticket of the PSA it is.
    discard      ///< A person wants no more of it.
};

/// Whether an action fits the state, whatever else is known of the ticket: transitions.h has what else counts.
bool allows(TicketState state, TicketAction action);
/// Why an action does not fit a state that allows() refuses it in, and what to do instead.
const char *adviceFor(TicketState state);

/// The end, but for what is dead and open, which has not ended before it was looked for.
bool isEnded(TicketState state);
/// It has ended, or waits for a human: it moves no more by itself, at least not soon.
bool isSettled(TicketState state);
/// It waits for a human, or a human should know how it ended.
bool needsHuman(TicketState state);
/// The PSA may have it.
bool isInDoubt(TicketState state);
/// It stays as it is until somebody acts, and what it says can be put right before it is sent again.
bool isCorrectable(TicketState state);

} // namespace psa::ticket
