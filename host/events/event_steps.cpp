#include "host/events/event_steps.h"

#include "host/events/notices.h"

#include <algorithm>

namespace psa::events {
namespace {

using SourceList = std::vector<std::shared_ptr<const SourceSettings>>;
using namespace std::chrono_literals;

const SourceSettings *find(const SourceList &sources, std::int64_t id)
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
        return next && *next <= reader.now();
    });
    if (!isDue && !checksSources)
        return false;
    const Done done = parts_.store.write([&](store::StoreWriter &writer) {
        Done step;
        const auto due = writer.dueEpisodes(wallFrom(now()), mostAtOnce);
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
        if (!source->enabled || !source->silentAfter || now() - started_ < *source->silentAfter)
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
