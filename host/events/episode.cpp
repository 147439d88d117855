#include "host/events/episode.h"

#include "host/json/json_text.h"

#include <algorithm>

namespace psa::events {
namespace {

using Poco::JSON::Object;

constexpr std::size_t maxEpisodeParts = 10000;

void put(Object &document, const char *name, const std::optional<Instant> &time)
{
    if (time)
        document.set(name, Poco::Int64(time->time_since_epoch().count()));
}

std::optional<Instant> timeIn(const Object &document, const char *name)
{
    if (!document.has(name))
        return std::nullopt;
    return Instant(std::chrono::microseconds(document.getValue<Poco::Int64>(name)));
}

bool sharesPart(const store::StoredEpisode &episode, const Event &event)
{
    return std::any_of(event.parts.begin(), event.parts.end(),
                       [&](const std::string &part) { return episode.parts.contains(part); });
}

bool isStale(const store::StoredEpisode &episode, Instant now, std::chrono::minutes staleAfter)
{
    return episode.state == store::EpisodeState::stale ||
           (staleAfter.count() > 0 && now - instantFrom(episode.seen) > staleAfter);
}

/// The latest time that the event tells of.
std::optional<Instant> timeOf(const Event &event)
{
    return event.at ? event.at : event.startedAt;
}

/// `now`: when the event arrived. A delivery that could not be read at once is read after later ones.
bool isLate(const store::StoredEpisode &ended, const EpisodeMemory &memory, const Event &event, Instant now)
{
    const auto time = timeOf(event);
    if (time && memory.endedAt)
        return *time <= *memory.endedAt;
    if (ended.ended && now < instantFrom(*ended.ended))
        return true;
    return !event.occurrence.empty() && event.occurrence == ended.occurrence && !memory.startedAt && !memory.endedAt;
}

/// Whether the problem is another one than that of an episode that has not ended: its recovery was lost. The same alert
/// has the same fingerprint in each outage, so after a long silence its start decides.
bool isAnother(const store::StoredEpisode &open, const EpisodeMemory &memory, const Event &event, Instant now,
               std::chrono::minutes staleAfter)
{
    const bool shares = sharesPart(open, event);
    if (isStale(open, now, staleAfter))
    {
        const bool sameOccurrence = !event.occurrence.empty() && event.occurrence == open.occurrence;
        const bool beganBefore = !event.startedAt || *event.startedAt <= instantFrom(open.seen);
        return !sameOccurrence && !(shares && beganBefore);
    }
    return !shares && event.startedAt && memory.startedAt && *event.startedAt > *memory.startedAt;
}

Relation relationOfProblem(const std::optional<store::StoredEpisode> &last, const Event &event, Instant now,
                           std::chrono::minutes staleAfter)
{
    // an update of something that is not open is no reason for a ticket, unless it lists what is firing: then the
    // notification of its beginning was lost
    const Relation fresh =
        event.kind == EventKind::problem || !event.parts.empty() ? Relation::opens : Relation::nothing;
    if (!last)
        return fresh;
    const EpisodeMemory memory = memoryOf(*last);
    if (last->state == store::EpisodeState::ended)
        return isLate(*last, memory, event, now) ? Relation::late : fresh;
    return isAnother(*last, memory, event, now, staleAfter) && fresh == Relation::opens ? fresh : Relation::belongs;
}

Relation relationOfRecovery(const std::optional<store::StoredEpisode> &last, const Event &event, Instant now)
{
    if (!last || last->state == store::EpisodeState::ended)
        return Relation::nothing;
    const EpisodeMemory memory = memoryOf(*last);
    if (event.at && memory.startedAt)
        return *event.at < *memory.startedAt ? Relation::late : Relation::ends;
    return now < instantFrom(last->seen) ? Relation::late : Relation::ends;
}

} // namespace

EpisodeMemory memoryOf(const store::StoredEpisode &episode)
{
    const Object::Ptr document = json::parseObject(episode.stateJson);
    EpisodeMemory memory;
    memory.startedAt = timeIn(*document, "startedAt");
    memory.endedAt = timeIn(*document, "endedAt");
    memory.severity = severityFrom(document->optValue("severity", std::string()));
    memory.problems = document->optValue("problems", Poco::Int64(0));
    memory.lastEvent = document->optValue("lastEvent", Poco::Int64(0));
    memory.held = document->optValue("held", false);
    memory.heldUntil = timeIn(*document, "heldUntil");
    memory.windowEnds = timeIn(*document, "windowEnds");
    memory.window = document->optValue("window", std::string());
    memory.retryAt = timeIn(*document, "retryAt");
    memory.lastNote = timeIn(*document, "lastNote");
    memory.humanClosed = document->optValue("humanClosed", false);
    memory.previous = document->optValue("previous", Poco::Int64(0));
    memory.own = document->optValue("own", false);
    return memory;
}

std::string toDocument(const EpisodeMemory &memory)
{
    Object document(Poco::JSON_PRESERVE_KEY_ORDER);
    put(document, "startedAt", memory.startedAt);
    put(document, "endedAt", memory.endedAt);
    if (memory.severity)
        document.set("severity", toText(*memory.severity));
    document.set("problems", Poco::Int64(memory.problems));
    document.set("lastEvent", Poco::Int64(memory.lastEvent));
    if (memory.held)
        document.set("held", true);
    put(document, "heldUntil", memory.heldUntil);
    put(document, "windowEnds", memory.windowEnds);
    if (!memory.window.empty())
        document.set("window", memory.window);
    put(document, "retryAt", memory.retryAt);
    put(document, "lastNote", memory.lastNote);
    if (memory.humanClosed)
        document.set("humanClosed", true);
    if (memory.previous != 0)
        document.set("previous", Poco::Int64(memory.previous));
    if (memory.own)
        document.set("own", true);
    return json::toText(document);
}

Relation relationOf(const std::optional<store::StoredEpisode> &last, const Event &event, Instant now,
                    std::chrono::minutes staleAfter)
{
    switch (event.kind)
    {
    case EventKind::problem:
    case EventKind::update:
        return relationOfProblem(last, event, now, staleAfter);
    case EventKind::recovery:
        return relationOfRecovery(last, event, now);
    default:
        return Relation::nothing;
    }
}

void take(store::StoredEpisode &episode, EpisodeMemory &memory, const Event &event, std::int64_t id, Instant now)
{
    episode.seen = std::max(episode.seen, wallFrom(now));
    ++episode.events;
    if (event.kind == EventKind::recovery)
        return;
    episode.state = store::EpisodeState::open;
    memory.lastEvent = id;
    memory.problems += event.kind == EventKind::problem ? 1 : 0;
    if (event.startedAt && (!memory.startedAt || *event.startedAt > *memory.startedAt))
        memory.startedAt = event.startedAt;
    if (event.severity && (!memory.severity || *event.severity > *memory.severity))
        memory.severity = event.severity;
    if (!event.occurrence.empty())
        episode.occurrence = event.occurrence;
    for (const std::string &part : event.parts)
        if (episode.parts.size() < maxEpisodeParts)
            episode.parts.insert(part);
}

void remember(store::StoredEpisode &episode, const EpisodeMemory &memory, const SourceSettings &settings)
{
    episode.stateJson = toDocument(memory);
    episode.due.reset();
    if (episode.state == store::EpisodeState::ended)
        return;
    std::optional<Instant> next;
    const auto consider = [&](const std::optional<Instant> &time) {
        if (time && (!next || *time < *next))
            next = time;
    };
    consider(memory.heldUntil);
    consider(memory.windowEnds);
    consider(memory.retryAt);
    if (settings.recoveredAfterSilence)
        consider(instantFrom(episode.seen) + *settings.recoveredAfterSilence);
    if (settings.staleAfter.count() > 0 && episode.state == store::EpisodeState::open)
        consider(instantFrom(episode.seen) + settings.staleAfter);
    if (next)
        episode.due = wallFrom(*next);
}

Instant instantFrom(clock::Clock::Wall time)
{
    return std::chrono::floor<std::chrono::microseconds>(time);
}

clock::Clock::Wall wallFrom(Instant time)
{
    return time;
}

} // namespace psa::events
