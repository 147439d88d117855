#include "host/store/stored_ticket.h"

#include <array>

namespace psa::host {
namespace {

constexpr std::array<const char *, ticketStateCount> names = {
    "ready", "sending", "retry_at", "held", "unknown", "needs_review", "done", "dead", "cancelled"};

} // namespace

const char *toText(TicketState state)
{
    return names.at(static_cast<std::size_t>(state));
}

std::optional<TicketState> ticketStateFrom(std::string_view text)
{
    for (std::size_t i = 0; i < names.size(); ++i)
        if (text == names.at(i))
            return static_cast<TicketState>(i);
    return std::nullopt;
}

bool isEnded(TicketState state)
{
    return state == TicketState::done || state == TicketState::dead || state == TicketState::cancelled;
}

bool isSettled(TicketState state)
{
    return isEnded(state) || state == TicketState::needsReview || state == TicketState::held;
}

} // namespace psa::host
