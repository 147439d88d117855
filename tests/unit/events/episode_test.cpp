// Which events belong to an episode: times in the events count, not the order of arrival.
#include "host/events/episode.h"

#include <catch2/catch.hpp>

using namespace psa::events;
using namespace psa::store;
using namespace std::chrono_literals;

namespace {

const Instant start{std::chrono::sys_days(std::chrono::year(2026) / 11 / 30) + 10h};
constexpr auto week = std::chrono::minutes(7 * 24h);

Event problem(std::optional<Instant> startedAt = std::nullopt, std::set<std::string> parts = {})
{
    Event event;
    event.kind = EventKind::problem;
    event.key = "disk";
    event.startedAt = startedAt;
    event.parts = std::move(parts);
    return event;
}

Event recovery(std::optional<Instant> at = std::nullopt)
{
    Event event;
    event.kind = EventKind::recovery;
    event.key = "disk";
    event.at = at;
    return event;
}

SourceSettings settings()
{
    SourceSettings settings;
    settings.id = 1;
    settings.name = "a";
    settings.staleAfter = week;
    return settings;
}

/// An episode that had these events, an hour apart.
StoredEpisode episodeOf(const std::vector<Event> &events, const SourceSettings &source = settings())
{
    StoredEpisode episode;
    episode.opened = episode.seen = wallFrom(start);
    EpisodeMemory memory;
    std::int64_t id = 0;
    for (const Event &each : events)
    {
        take(episode, memory, each, id + 1, start + id * 1h);
        ++id;
        if (each.kind == EventKind::recovery)
        {
            episode.state = EpisodeState::ended;
            memory.endedAt = each.at;
        }
    }
    remember(episode, memory, source);
    return episode;
}

Relation relation(const std::optional<StoredEpisode> &last, const Event &event, Instant now = start + 2h)
{
    return relationOf(last, event, now, week);
}

} // namespace

TEST_CASE("a problem opens an episode, and its repetitions belong to it", "[episodes]")
{
    CHECK(relation(std::nullopt, problem()) == Relation::opens);
    const StoredEpisode open = episodeOf({problem(start)});
    CHECK(relation(open, problem(start)) == Relation::belongs);
    CHECK(relation(open, problem()) == Relation::belongs);
    CHECK(relation(open, recovery()) == Relation::ends);
    CHECK(relation(episodeOf({problem(), recovery()}), problem()) == Relation::opens);
}

TEST_CASE("a recovery without an open episode changes nothing", "[episodes]")
{
    CHECK(relation(std::nullopt, recovery(start)) == Relation::nothing);
    CHECK(relation(episodeOf({problem(), recovery(start)}), recovery(start)) == Relation::nothing);
}

TEST_CASE("an update opens no episode unless it lists the alerts that fire", "[episodes]")
{
    Event update = problem(start);
    update.kind = EventKind::update;
    CHECK(relation(std::nullopt, update) == Relation::nothing);
    CHECK(relation(episodeOf({problem(start)}), update) == Relation::belongs);
    update.parts = {"aa"};
    CHECK(relation(std::nullopt, update) == Relation::opens);
}

TEST_CASE("an outage weeks after one whose recovery never came is another episode", "[episodes]")
{
    const StoredEpisode open = episodeOf({problem(start, {"aa"})});
    const Instant later = start + 28 * 24h;
    CHECK(relation(open, problem(later, {"bb"}), later) == Relation::opens);
    CHECK(relation(open, problem(std::nullopt), later) == Relation::opens);
    CHECK(relation(open, problem(later, {"aa"}), later) == Relation::opens); // the same alert, in another outage
    // the same alert still fires, it was merely not repeated
    CHECK(relation(open, problem(start, {"aa"}), later) == Relation::belongs);
    CHECK(relation(open, recovery(later), later) == Relation::ends);
    StoredEpisode sameOccurrence = open;
    sameOccurrence.occurrence = "7";
    Event again = problem(start);
    again.occurrence = "7";
    CHECK(relation(sameOccurrence, again, later) == Relation::belongs);
}

TEST_CASE("a problem that began later and shares no alert is another one, even within hours", "[episodes]")
{
    const StoredEpisode open = episodeOf({problem(start, {"aa", "bb"})});
    CHECK(relation(open, problem(start + 1h, {"cc"})) == Relation::opens);
    CHECK(relation(open, problem(start + 1h, {"bb", "cc"})) == Relation::belongs);
    CHECK(relation(open, problem(start, {"cc"})) == Relation::belongs);
}

TEST_CASE("a problem that arrives after its recovery is late", "[episodes]")
{
    const StoredEpisode over = episodeOf({problem(start), recovery(start + 30min)});
    CHECK(relation(over, problem(start)) == Relation::late);
    CHECK(relation(over, problem(start + 31min)) == Relation::opens);
    // the recovery came first, and its problem was retried
    CHECK(relation(episodeOf({recovery(start + 30min)}), problem(start)) == Relation::late);
}

TEST_CASE("a problem without times that is read after the recovery it came before opens nothing", "[episodes]")
{
    StoredEpisode ended = episodeOf({problem(), recovery()});
    ended.ended = wallFrom(start + 1h);
    CHECK(relation(ended, problem(), start + 30min) == Relation::late);
    CHECK(relation(ended, problem(), start + 1h) == Relation::opens); // of the same delivery, or a new one
    CHECK(relation(ended, problem(), start + 2h) == Relation::opens);
}

TEST_CASE("a recovery without times that is read after a later problem ends nothing", "[episodes]")
{
    const StoredEpisode open = episodeOf({problem(), problem()});
    CHECK(relation(open, recovery(), start + 30min) == Relation::late);
    CHECK(relation(open, recovery(), start + 1h) == Relation::ends);
    CHECK(relation(open, recovery(), start + 2h) == Relation::ends);
}

TEST_CASE("a recovery of an earlier occurrence does not end the present one", "[episodes]")
{
    const StoredEpisode open = episodeOf({problem(start + 1h)});
    CHECK(relation(open, recovery(start + 30min)) == Relation::late);
    CHECK(relation(open, recovery(start + 90min)) == Relation::ends);
}

TEST_CASE("an episode is due when its silence, its hold-down or its window ends, whichever is first", "[episodes]")
{
    SourceSettings source = settings();
    StoredEpisode episode = episodeOf({problem(start)}, source);
    CHECK(episode.due == wallFrom(start + week));
    source.recoveredAfterSilence = 60min;
    CHECK(episodeOf({problem(start)}, source).due == wallFrom(start + 60min));
    EpisodeMemory memory = memoryOf(episode);
    memory.windowEnds = start + 20min;
    memory.heldUntil = start + 10min;
    remember(episode, memory, source);
    CHECK(episode.due == wallFrom(start + 10min));
    episode.state = EpisodeState::ended;
    remember(episode, memory, source);
    CHECK(!episode.due);
}

TEST_CASE("what an episode remembers survives the store", "[episodes]")
{
    EpisodeMemory memory;
    memory.startedAt = start + 1us;
    memory.endedAt = start + 1h;
    memory.severity = Severity::high;
    memory.problems = 3;
    memory.lastEvent = 9;
    memory.held = true;
    memory.heldUntil = start + 2h;
    memory.windowEnds = start + 3h;
    memory.window = "Patch night";
    memory.retryAt = start + 4h;
    memory.lastNote = start + 5h;
    memory.humanClosed = true;
    memory.previous = 4;
    memory.own = true;
    StoredEpisode episode;
    episode.stateJson = toDocument(memory);
    CHECK(toDocument(memoryOf(episode)) == episode.stateJson);
    CHECK(memoryOf(episode).startedAt == memory.startedAt);
    CHECK(memoryOf(episode).severity == Severity::high);
}
