#include "host/ticket/ticket_state.h"

#include <algorithm>

namespace psa::ticket {
namespace {

using Action = TicketAction;

/// The meaning of a state, and what may follow it: the only table of both.
struct Meaning
{
    TicketState state;
    const char *name;
    unsigned traits;
    TicketWait wait;
    unsigned actions;
    const char *advice; ///< For a human who wants an action that is not allowed.
};

enum class Trait : unsigned
{
    moves = 1, ///< On its own.
    ends = 2,
    human = 4,  ///< Needs a human.
    inDoubt = 8 ///< It is not known whether the PSA has it.
};

template <class... Traits>
constexpr unsigned traits(Traits... all)
{
    return (0U | ... | static_cast<unsigned>(all));
}

constexpr unsigned bit(Action action)
{
    return 1U << static_cast<unsigned>(action);
}

template <class... Actions>
constexpr unsigned only(Actions... actions)
{
    return (0U | ... | bit(actions));
}

/// What a human can do with a ticket that is not in the PSA and is not claimed.
constexpr unsigned byHand = only(Action::retry, Action::verifyFirst, Action::link, Action::discard);

constexpr std::array<Meaning, ticketStateCount> meanings = {{
    {TicketState::ready, "ready", traits(Trait::moves), TicketWait::turn,
     only(Action::submit, Action::send, Action::link, Action::discard), "it is about to be sent"},
    {TicketState::sending, "sending", traits(Trait::moves), TicketWait::nothing, only(Action::settle),
     "wait until the attempt in progress has ended"},
    {TicketState::retryAt, "retry_at", traits(Trait::moves), TicketWait::retry,
     byHand | only(Action::send, Action::reconcile, Action::settle), ""},
    {TicketState::held, "held", traits(), TicketWait::turn,
     byHand | only(Action::submit, Action::reconcile, Action::settle, Action::release), ""},
    {TicketState::unknown, "unknown", traits(Trait::moves, Trait::inDoubt), TicketWait::lookup,
     only(Action::reconcile, Action::settle, Action::verifyFirst, Action::link, Action::discard),
     "the PSA may have it: it must be looked up first"},
    {TicketState::needsReview, "needs_review", traits(Trait::human, Trait::inDoubt), TicketWait::decision,
     byHand | only(Action::submit), ""},
    {TicketState::done, "done", traits(Trait::ends), TicketWait::nothing, only(Action::reconcile, Action::settle),
     "the PSA has it"},
    {TicketState::dead, "dead", traits(Trait::ends, Trait::human), TicketWait::nothing,
     byHand | only(Action::submit, Action::reconcile, Action::settle), ""},
    {TicketState::cancelled, "cancelled", traits(Trait::ends), TicketWait::nothing,
     only(Action::retry, Action::verifyFirst, Action::link), "it was already discarded"},
}};

const Meaning &meaningOf(TicketState state)
{
    return meanings.at(static_cast<std::size_t>(state));
}

bool has(TicketState state, Trait trait)
{
    return (meaningOf(state).traits & static_cast<unsigned>(trait)) != 0;
}

} // namespace

std::optional<TicketState> ticketStateFrom(std::int64_t number)
{
    if (number < 0 || number >= static_cast<std::int64_t>(ticketStateCount))
        return std::nullopt;
    return static_cast<TicketState>(number);
}

std::optional<TicketState> ticketStateFrom(std::string_view text)
{
    const auto at =
        std::find_if(meanings.begin(), meanings.end(), [&](const Meaning &each) { return each.name == text; });
    return at == meanings.end() ? std::nullopt : std::optional(at->state);
}

const char *toText(TicketState state)
{
    return meaningOf(state).name;
}

std::string ticketStateNames()
{
    std::string names;
    for (const Meaning &each : meanings)
        names += (names.empty() ? "" : ", ") + std::string(each.name);
    return names;
}

bool allows(TicketState state, TicketAction action)
{
    return (meaningOf(state).actions & bit(action)) != 0;
}

const char *adviceFor(TicketState state)
{
    return meaningOf(state).advice;
}

TicketWait waitOf(TicketState state)
{
    return meaningOf(state).wait;
}

bool isEnded(TicketState state)
{
    return has(state, Trait::ends);
}

bool isSettled(TicketState state)
{
    return !has(state, Trait::moves);
}

bool needsHuman(TicketState state)
{
    return has(state, Trait::human);
}

bool isInDoubt(TicketState state)
{
    return has(state, Trait::inDoubt);
}

bool isRejection(std::string_view code)
{
    return code == "invalid_ticket" || code == "not_found";
}

bool isCorrectable(TicketState state)
{
    return isSettled(state) && allows(state, TicketAction::retry);
}

} // namespace psa::ticket
