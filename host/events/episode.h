#pragma once

#include "host/events/event.h"
#include "host/events/source_settings.h"
#include "host/store/event_records.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace psa::events {

// An episode is one continuous problem: (source, key). Which events belong to it is decided here, without I/O.

/// What an episode remembers in addition to its row.
struct EpisodeMemory
{
    std::optional<Instant> startedAt;  ///< Of its last problem, as the source says.
    std::optional<Instant> endedAt;    ///< As the source says.
    std::optional<Severity> severity;  ///< The highest so far.
    std::int64_t problems = 0;         ///< How many problems it had.
    std::int64_t lastEvent = 0;        ///< Id of its last problem or update.
    bool held = false;                 ///< Hold-down: its rule waits before it creates the ticket.
    std::optional<Instant> heldUntil;  ///< No ticket before; nullopt = it waits only for further problems.
    std::optional<Instant> windowEnds; ///< A maintenance window suppresses it until then.
    std::string window;                ///< That window.
    std::optional<Instant> retryAt;    ///< A rule could not be evaluated: the rules are matched again then.
    std::optional<Instant> lastNote;   ///< When its last note was added.
    bool humanClosed = false;          ///< A human has closed its ticket, and that was dealt with.
    std::int64_t previous = 0;         ///< Id of the episode before it with the same key; 0 = none.
    bool own = false;                  ///< It is about psa-host itself.
};

EpisodeMemory memoryOf(const store::StoredEpisode &episode);
std::string toDocument(const EpisodeMemory &memory);

/// What an event means for the last episode of its key.
enum class Relation
{
    opens,   ///< It begins an episode; an earlier one that has not ended is over.
    belongs, ///< It belongs to the episode.
    ends,    ///< It ends the episode.
    late,    ///< It tells of something that was over already: it arrived after a later event.
    nothing  ///< There is nothing that it could change.
};

/// `last`: the newest episode of the event's source and key, if there is one. Times in events count, not the order of
/// arrival. `now`: when the event arrived. `staleAfter`: see SourceSettings.
Relation relationOf(const std::optional<store::StoredEpisode> &last, const Event &event, Instant now,
                    std::chrono::minutes staleAfter);

/// Makes `event`, which belongs to the episode, part of it. `id`: of the event.
void take(store::StoredEpisode &episode, EpisodeMemory &memory, const Event &event, std::int64_t id, Instant now);

/// Writes the memory into the episode, with the time of what happens next without an event: the end of hold-down, of a
/// window, of its silence.
void remember(store::StoredEpisode &episode, const EpisodeMemory &memory, const SourceSettings &settings);

/// Conversions between the store's times and those of events.
Instant instantFrom(clock::Clock::Wall time);
clock::Clock::Wall wallFrom(Instant time);

} // namespace psa::events
