#pragma once

#include "host/store/store.h"

#include <string>
#include <vector>

namespace psa::test {

// What tests store of sources.

inline store::StoredDelivery sampleDelivery(clock::Clock::Wall received, std::int64_t sourceId = 1,
                                            const std::string &body = "sealed body")
{
    store::StoredDelivery delivery;
    delivery.sourceId = sourceId;
    delivery.source = "source " + std::to_string(sourceId);
    delivery.received = received;
    delivery.requestJson = R"({"method":"POST"})";
    delivery.sealedBody = body;
    delivery.bytes = static_cast<std::int64_t>(body.size()) - 1;
    delivery.digest = "digest of " + body;
    return delivery;
}

inline store::StoredEvent sampleEvent(clock::Clock::Wall received, const std::string &title = "Disk full",
                                      std::int64_t sourceId = 1)
{
    store::StoredEvent event;
    event.sourceId = sourceId;
    event.source = "source " + std::to_string(sourceId);
    event.received = received;
    event.kind = "problem";
    event.key = "key of " + title;
    event.severity = "high";
    event.title = title;
    event.decision = "ticket";
    event.documentJson = R"({"title":")" + title + R"("})";
    event.decisionJson = R"({"code":"ticket"})";
    return event;
}

inline store::StoredEpisode sampleEpisode(clock::Clock::Wall opened, const std::string &key = "disk",
                                          std::int64_t sourceId = 1)
{
    store::StoredEpisode episode;
    episode.sourceId = sourceId;
    episode.source = "source " + std::to_string(sourceId);
    episode.key = key;
    episode.opened = opened;
    episode.seen = opened;
    episode.stateJson = R"({"severity":"high"})";
    return episode;
}

inline std::int64_t add(store::Store &store, const store::StoredDelivery &delivery)
{
    return store.write([&](store::StoreWriter &writer) { return writer.addDelivery(delivery); });
}

inline std::int64_t add(store::Store &store, const store::StoredEvent &event)
{
    return store.write([&](store::StoreWriter &writer) { return writer.addEvent(event); });
}

inline std::int64_t add(store::Store &store, const store::StoredEpisode &episode)
{
    return store.write([&](store::StoreWriter &writer) { return writer.addEpisode(episode); });
}

/// Saves the episode after `change` of it.
template <class Change>
void changeEpisode(store::Store &store, std::int64_t id, Change &&change)
{
    store.write([&](store::StoreWriter &writer) {
        store::StoredEpisode episode = writer.episode(id).value();
        change(episode);
        writer.saveEpisode(episode);
    });
}

/// The titles of the events of all pages, separated by spaces.
inline std::string titles(store::Store &store, store::EventQuery query)
{
    std::string all;
    do
    {
        const store::EventPage page =
            store.read([&](const store::StoreReader &reader) { return reader.listEvents(query); });
        if (page.events.size() > query.limit)
            throw std::logic_error("a page has more events than were asked for");
        for (const store::StoredEvent &each : page.events)
            all += (all.empty() ? "" : " ") + each.title;
        query.cursor = page.next;
    } while (!query.cursor.empty());
    return all;
}

} // namespace psa::test
