#pragma once

#include "host/events/rules/rule.h"
#include "host/events/ticket_draft.h"
#include "host/store/event_records.h"

#include <string>

namespace psa::events {

// The words of the notes that are added to tickets of episodes, and of their history.

std::string heldText(const rules::HoldDown &holdDown, std::int64_t problems, Instant until);
std::string stormReason(const rules::StormLimit &storm);

std::string returnText(const Event &event);
std::string lastsText(const Event &event);
std::string roseText(const Event &event);
/// `problems`: how many there were since `opened`.
std::string repeatText(const Event &event, std::int64_t problems, clock::Clock::Wall opened);
std::string stormText(const Event &event);
/// `event`: the recovery, or, if silence counts as one, the last event of the episode.
std::string overText(const Event &event, const store::StoredEpisode &episode, Instant now);

/// Turns the ticket of an event into one that collects many.
void makeStormTicket(TicketDraft &draft, const rules::Rule &rule, const Event &event);

} // namespace psa::events
