#include "host/events/episode_texts.h"

#include "host/events/episode.h"

namespace psa::events {
namespace {

/// What the event says, for a note: title, text and time.
std::string accountOf(const Event &event)
{
    std::string text = event.title;
    if (!event.text.empty())
        text += "\n\n" + event.text;
    if (event.at)
        text += "\n\nTime: " + toText(*event.at);
    return text;
}

std::string sinceText(const store::StoredEpisode &episode, Instant now)
{
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - instantFrom(episode.opened)).count();
    if (minutes < 120)
        return std::to_string(minutes) + " minutes";
    return std::to_string(minutes / 60) + " hours";
}

} // namespace

std::string heldText(const rules::HoldDown &holdDown, std::int64_t problems, Instant until)
{
    if (problems < holdDown.problems)
        return "Hold-down: the rule creates the ticket after " + std::to_string(holdDown.problems) +
               " problems in a row; this is number " + std::to_string(problems) + ".";
    return "Hold-down: the rule creates the ticket at " + toText(until) + " if the problem still lasts.";
}

std::string stormReason(const rules::StormLimit &storm)
{
    return "More than " + std::to_string(storm.tickets) + " tickets in " + std::to_string(storm.length.count()) +
           " minutes: this ticket collects what follows.";
}

std::string returnText(const Event &event)
{
    return "The problem is back.\n\n" + accountOf(event);
}

std::string lastsText(const Event &event)
{
    return "The ticket was closed, but the problem lasts.\n\n" + accountOf(event);
}

std::string roseText(const Event &event)
{
    return std::string("The problem has become worse") +
           (event.severity ? std::string(": severity ") + toText(*event.severity) : "") + ".\n\n" + accountOf(event);
}

std::string repeatText(const Event &event, std::int64_t problems, clock::Clock::Wall opened)
{
    return "The problem lasts: reported " + std::to_string(problems) + " times since " +
           toText(std::chrono::floor<std::chrono::seconds>(instantFrom(opened))) + ".\n\n" + accountOf(event);
}

std::string stormText(const Event &event)
{
    return "Another problem of the same storm:\n\n" + accountOf(event);
}

std::string overText(const Event &event, const store::StoredEpisode &episode, Instant now)
{
    if (event.kind != EventKind::recovery)
        return "The problem counts as over, because its source has not repeated it.\n\nLast message: " +
               accountOf(event);
    return "The problem is over after " + sinceText(episode, now) + ".\n\n" + accountOf(event);
}

void makeStormTicket(TicketDraft &draft, const rules::Rule &rule, const Event &event)
{
    draft.request->set("title", "Many problems: " + rule.name);
    draft.request->set("description", stormReason(*rule.storm) +
                                          " Each further problem is a note. It is resolved when the last of them is "
                                          "over.\n\nFirst problem: " +
                                          accountOf(event));
}

} // namespace psa::events
