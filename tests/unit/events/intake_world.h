#pragma once

#include "host/events/intake.h"
#include "host/json/json_text.h"
#include "host/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"
#include "tests/unit/secrets/keys.h"
#include "tests/unit/store/far_store.h"
#include "tests/unit/store/memory_store.h"

#include <memory>
#include <string>
#include <vector>

namespace psa::test {

/// Sources and their intake over a real store. Bodies are read by `read`, and each event gets an episode.
struct IntakeWorld
{
    explicit IntakeWorld(bool hasKey = true)
    {
        if (hasKey)
            keys.emplace(masterKey("key-1", '1'));
        open();
    }

    /// One of several hosts that share a store in memory and a clock. `holds`: whether it has this lease.
    IntakeWorld(std::shared_ptr<MemoryDisk> shared, std::shared_ptr<ManualClock> time,
                std::function<std::optional<fleet::Holding>(const store::LeaseName &)> holds)
        : disk(std::move(shared)), holding(std::move(holds)), clock(std::move(time))
    {
        keys.emplace(masterKey("key-1", '1'));
        open();
    }

    /// As if the process ended and another one started.
    void open()
    {
        intake.reset();
        sources.reset();
        store.reset();
        store = disk ? std::make_unique<FarStore>(openMemoryStore(disk, clock, true))
                     : store::openSqliteStore({folder.path() / "state", ""}, clock);
        sources.emplace(events::Sources::Parts{
            *store, keys ? &*keys : nullptr, secrets::systemRandom,
            [this](const std::string &program) {
                return program == "broken" ? std::string("line 1: no such thing") : readerTrouble;
            },
            [this](const std::string &line) { log.push_back(line); }, [this] { ++wakes; }});
        sources->load();
        intake.emplace(events::Intake::Parts{
            *store, *sources,
            [this](const events::SourceSettings &source, const events::RawDelivery &delivery) {
                ++readings;
                return read(source, delivery);
            },
            [this](store::StoreWriter &writer, const events::Arrival &arrival,
                   const std::vector<events::Event> &events) { return decide(writer, arrival, events); },
            [](const events::SourceSettings &, const events::Event &, events::Instant) {
                return Poco::JSON::Object::Ptr(new Poco::JSON::Object);
            },
            clock, secrets::systemRandom,
            [this](const events::Decided &decided) {
                woken.insert(woken.end(), decided.wake.begin(), decided.wake.end());
                notices.insert(notices.end(), decided.notices.begin(), decided.notices.end());
            },
            [this] { ++wakes; }, holding});
    }

    /// Of a host that shares its store: its commits are done, and it does not learn it.
    void loseCommits(bool lost) { dynamic_cast<FarStore &>(*store).losesCommits = lost; }

    events::Sources::Live add(const std::string &document, std::optional<std::string> signature = {})
    {
        const auto added = sources->add(*json::parseObject(document), signature, "test");
        tokens[added.source->stored.name] = added.token;
        return added.source;
    }

    static events::RawDelivery post(const std::string &body)
    {
        return {"POST", "application/json", body, {}, {{"content-type", "application/json"}}};
    }

    events::Received receive(const std::string &source, const events::RawDelivery &delivery)
    {
        return intake->receive(sources->get(source), delivery);
    }
    events::Received receive(const std::string &source, const std::string &body) { return receive(source, post(body)); }

    /// Runs the steps until there is nothing left, or all readers are busy.
    void step()
    {
        for (auto next = intake->step(); next && next->count() == 0; next = intake->step())
        {
        }
    }

    std::optional<store::StoredDelivery> delivery(std::int64_t id)
    {
        return store->read([&](const store::StoreReader &reader) { return reader.delivery(id); });
    }
    std::vector<store::StoredEvent> allEvents()
    {
        return store->read([](const store::StoreReader &reader) { return reader.listEvents({}).events; });
    }

    /// "problem KEY", "recovery KEY", "id ID KEY", "nonsense", "endless", "busy" and "no" by default.
    static events::ReaderResult readWords(const events::SourceSettings &, const events::RawDelivery &delivery)
    {
        using Kind = events::reader::Reading::Kind;
        const std::string &body = delivery.body;
        const auto rest = [&](std::size_t at) { return body.substr(std::min(at, body.size())); };
        events::Event event;
        event.kind = events::EventKind::problem;
        event.title = body;
        event.key = rest(body.rfind(' ') + 1);
        if (body.starts_with("nonsense"))
            return {Kind::failed, {}, "it is nonsense.", {}, {}};
        if (body.starts_with("endless"))
            return {Kind::killed, {}, "it took longer than 250 ms", {}, {}};
        if (body.starts_with("busy"))
            return {Kind::busy, {}, "all readers are busy", {}, {}};
        if (body.starts_with("no"))
            return {Kind::refused, {}, "Put an Alertmanager between.", {}, {}};
        if (body.starts_with("recovery"))
            event.kind = events::EventKind::recovery;
        if (body.starts_with("id "))
            event.deliveryId = body.substr(3, body.rfind(' ') - 3);
        return {Kind::events, {event}, "", {}, {}};
    }

    events::Decided decide(store::StoreWriter &writer, const events::Arrival &arrival,
                           const std::vector<events::Event> &events)
    {
        events::Decided decided;
        for (const events::Event &event : events)
        {
            store::StoredEvent row;
            row.deliveryId = arrival.deliveryId;
            row.sourceId = arrival.settings.id;
            row.source = arrival.settings.name;
            row.received = arrival.received;
            row.kind = toText(event.kind);
            row.key = event.key;
            row.title = event.title;
            row.decision = "ticket";
            row.documentJson = json::toText(*toJson(event));
            row.decisionJson = "{}";
            follow(writer, arrival, event);
            row.id = writer.addEvent(row);
            decided.events.push_back(row);
        }
        decided.wake = {"acme"};
        return decided;
    }

    static void follow(store::StoreWriter &writer, const events::Arrival &arrival, const events::Event &event)
    {
        auto episode = writer.latestEpisode(arrival.settings.id, event.key);
        if (!episode || episode->state == store::EpisodeState::ended)
        {
            store::StoredEpisode next;
            next.sourceId = arrival.settings.id;
            next.source = arrival.settings.name;
            next.key = event.key;
            next.opened = next.seen = arrival.received;
            next.id = writer.addEpisode(next);
            return;
        }
        episode->seen = arrival.received;
        if (event.kind == events::EventKind::recovery)
            episode->state = store::EpisodeState::ended;
        writer.saveEpisode(*episode);
    }

    TestFolder folder{TestFolder::inMemory()};
    std::shared_ptr<MemoryDisk> disk; ///< nullptr = the store is in the folder.
    std::function<std::optional<fleet::Holding>(const store::LeaseName &)> holding;
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::optional<secrets::KeyRing> keys;
    std::function<events::ReaderResult(const events::SourceSettings &, const events::RawDelivery &)> read = readWords;
    int readings = 0;
    int wakes = 0;
    std::vector<notify::Notice> notices;
    std::vector<std::string> woken;
    std::string readerTrouble; ///< Why no program can be tried; "" = they can.
    std::vector<std::string> log;
    std::map<std::string, std::string> tokens;
    std::unique_ptr<store::Store> store;
    std::optional<events::Sources> sources;
    std::optional<events::Intake> intake;
};

} // namespace psa::test
