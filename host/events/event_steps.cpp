#include "host/events/event_steps.h"

#include "host/events/notices.h"

#include <algorithm>
#include <map>
#include <set>

namespace psa::events {
namespace {

using namespace std::chrono_literals;

const SourceSettings *find(const std::vector<std::shared_ptr<const SourceSettings>> &sources, std::int64_t id)
{
    const auto at = std::find_if(sources.begin(), sources.end(), [&](const auto &each) { return each->id == id; });
    return at == sources.end() ? nullptr : at->get();
}

void append(Decided &all, Decided more)
{
    all.wake.merge(more.wake);
    all.notices.insert(all.notices.end(), more.notices.begin(), more.notices.end());
}

} // namespace

bool EventSteps::run()
try
{
    const SourceList sources = parts_.sources();
    struct Done
    {
        Decided decided;
        bool more = false;
    };
    const bool checksSources = !checkedSources_ || now() - *checkedSources_ >= checkSourcesEvery;
    const bool isDue = parts_.store.read([&](const store::StoreReader &reader) {
        const auto next = reader.nextEpisodeDue();
        return next && *next <= reader.now() && !dueOfOurs(reader, sources).empty();
    });
    if (!isDue && !checksSources)
        return false;
    const Done done = parts_.store.write([&](store::StoreWriter &writer) {
        Done step;
        const auto due = dueOfOurs(writer, sources);
        requireLeases(writer, due, sources);
        for (const store::StoredEpisode &each : due)
            append(step.decided, runDue(writer, each, sources));
        if (checksSources)
            append(step.decided, checkSources(writer, sources));
        step.more = due.size() == mostAtOnce;
        return step;
    });
    if (checksSources)
        checkedSources_ = now();
    parts_.announce(done.decided);
    return done.more;
}
catch (const store::StoreError &error)
{
    if (error.kind != store::StoreError::Kind::leaseLost)
        throw;
    return false;
}

bool EventSteps::isOurs(const store::StoreReader &reader, std::int64_t id, const SourceSettings *source) const
{
    if (!parts_.holding)
        return true;
    if (source != nullptr)
        return parts_.holding(store::sourceLease(id)).has_value();
    // It was removed, or this host has not heard of it yet.
    const auto stored = reader.definitionById(store::DefinitionKind::source, id);
    return (!stored || stored->removed) && parts_.holding(store::removedSourcesDuty);
}

std::vector<store::StoredEpisode> EventSteps::dueOfOurs(const store::StoreReader &reader,
                                                        const SourceList &sources) const
{
    std::vector<store::StoredEpisode> ours;
    std::map<std::int64_t, bool> isMine;
    std::optional<store::StoredEpisode> last;
    for (bool more = true; more && ours.size() < mostAtOnce;)
    {
        const auto page = reader.dueEpisodes(wallFrom(now()), mostAtOnce, last ? &*last : nullptr);
        more = page.size() == mostAtOnce;
        for (const store::StoredEpisode &each : page)
        {
            const auto [at, isNew] = isMine.try_emplace(each.sourceId, false);
            if (isNew)
                at->second = isOurs(reader, each.sourceId, find(sources, each.sourceId));
            if (at->second && ours.size() < mostAtOnce)
                ours.push_back(each);
        }
        if (more)
            last = page.back();
    }
    return ours;
}

/// A lease that was lost fails the whole step; the next one is without its source.
void EventSteps::requireLeases(store::StoreWriter &writer, const std::vector<store::StoredEpisode> &episodes,
                               const SourceList &sources) const
{
    if (!parts_.holding)
        return;
    std::set<store::LeaseName> names;
    for (const store::StoredEpisode &each : episodes)
        names.insert(find(sources, each.sourceId) != nullptr ? store::sourceLease(each.sourceId)
                                                             : store::removedSourcesDuty);
    for (const store::LeaseName &name : names)
    {
        const auto holding = parts_.holding(name);
        if (!holding)
            throw store::StoreError(store::StoreError::Kind::leaseLost, "another host works \"" + name.of + "\"");
        holding->require(writer);
    }
}

Decided EventSteps::runDue(store::StoreWriter &writer, const store::StoredEpisode &episode,
                           const SourceList &sources) const
{
    const SourceSettings *source = find(sources, episode.sourceId);
    if (source != nullptr)
        return parts_.decisions.runDue(writer, episode, *source, now(), talks(writer, *source));
    // the source was removed: nothing more will be heard of it
    SourceSettings removed;
    removed.id = episode.sourceId;
    removed.name = episode.source;
    return parts_.decisions.runDue(writer, episode, removed, now(), false);
}

/// Whether silence about one episode means anything: not if the whole source was silent, or this host was not running.
bool EventSteps::talks(const store::StoreReader &reader, const SourceSettings &source) const
{
    if (!source.recoveredAfterSilence || now() - started_ < *source.recoveredAfterSilence)
        return false;
    const auto last = reader.lastDelivery(source.id);
    return last && now() - instantFrom(*last) < *source.recoveredAfterSilence;
}

Decided EventSteps::checkSources(store::StoreWriter &writer, const SourceList &sources) const
{
    Decided decided;
    for (const auto &source : sources)
    {
        if (!source->enabled || !source->silentAfter || now() - started_ < *source->silentAfter ||
            !isOurs(writer, source->id, source.get()))
            continue;
        const auto last = writer.lastDelivery(source->id);
        if (!last)
            continue; // it has never delivered anything: it is being set up
        const std::string what = "silent " + source->uid;
        if (now() - instantFrom(*last) < *source->silentAfter)
            endNotice(writer, what);
        else if (isNoticeDue(writer, what, now()))
            decided.notices.push_back({"source.silent",
                                       "",
                                       {},
                                       "",
                                       "silent",
                                       "The source \"" + source->name + "\" has delivered nothing since " +
                                           toText(std::chrono::floor<std::chrono::seconds>(instantFrom(*last))) +
                                           ". Check that its sender runs and can reach psa-host."});
    }
    return decided;
}

} // namespace psa::events
