#pragma once

#include "host/events/decisions.h"

namespace psa::events {

/// An episode while an event, or the passing of time, is decided about: changes it, its ticket and its history inside
/// one transaction.
class EpisodeCase
{
public:
    struct Parts
    {
        const connection::Connections &connections;
        const EpisodeTickets &tickets;
        const Ruleset &rules;
        const SourceSettings &source;
        store::StoreWriter &writer;
        Instant now;
        Decided &out;
    };

    /// `episode`: id 0 = a new one, stored by save(). `eventId`: 0 = time has passed; `event` is then its last one.
    EpisodeCase(const Parts &parts, const Event &event, std::int64_t eventId, store::StoredEpisode episode);

    /// The event begins the episode: windows and rules decide. `previous`: id of the last episode of its key, 0 = none.
    void open(std::int64_t previous);
    /// The event belongs to the episode, which goes on.
    void follow();
    /// The event, or its silence, ends the episode.
    void end();
    /// Time has passed.
    void passTime(bool sourceTalks);

    /// Stores the episode. Call it last.
    void save();

    const store::StoredEpisode &episode() const { return episode_; }
    const Decision &decision() const { return decision_; }

private:
    void match();
    bool isSuppressedByWindow();
    bool joinsOwn();
    bool takenBy(const LiveRule &live, const std::string &why);
    void applyTo(const LiveRule &live);
    bool isHeld(const rules::Rule &rule);
    void createTicket(const rules::Rule &rule);
    bool reopens(const rules::Rule &rule, const TicketDraft &draft);
    bool joinsStorm(const rules::Rule &rule, TicketDraft &draft);
    void decideAgain();
    void followTicket();
    bool handlesHumanClose(const LiveRule &live);
    void noteRepeat(const rules::Rule &rule);
    void updateEnded(const rules::Rule &rule);
    const LiveRule *storedRule();
    rules::Facts facts() const;
    void noteUnknownCustomer(const CompanyChoice &company);
    void tellNoRule();
    void step(const char *what, const std::string &text, const TicketChange *change = nullptr);
    std::string who() const { return "source " + parts_.source.name; }

    const Parts parts_;
    const Event &event_;
    const std::int64_t eventId_;
    store::StoredEpisode episode_;
    EpisodeMemory memory_;
    Decision decision_;
    std::optional<LiveRule> olderRule_; ///< What storedRule() has read from the store.
    bool stored_ = false;
    bool rose_ = false;                   ///< The event is more severe than all before it.
    std::vector<store::EventStep> steps_; ///< Written by save(), which knows the id of the episode.
};

} // namespace psa::events
