// Events of sources: lists and their filters, history, retention, and erasing what is known of a customer.
#include "host/store/search_words.h"
#include "tests/unit/store/event_samples.h"
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

StoredEvent eventOf(Store &store, std::int64_t id)
{
    return store.read([&](const StoreReader &reader) { return reader.event(id); }).value();
}

EventStep sampleStep(Clock::Wall time, std::int64_t episodeId, std::int64_t eventId, const std::string &what)
{
    EventStep step;
    step.episodeId = episodeId;
    step.eventId = eventId;
    step.ticketId = 3;
    step.time = time;
    step.what = what;
    step.detailJson = R"({"why":")" + what + R"("})";
    return step;
}

std::int64_t add(Store &store, const EventStep &step)
{
    return store.write([&](StoreWriter &writer) { return writer.addStep(step); });
}

/// What happened, in order.
std::string history(Store &store, std::int64_t episodeId)
{
    std::string text;
    for (const EventStep &each : store.read([&](const StoreReader &reader) { return reader.stepsOf(episodeId); }))
        text += each.what + " ";
    return text;
}

std::string historyOfEvent(Store &store, std::int64_t eventId)
{
    std::string text;
    for (const EventStep &each : store.read([&](const StoreReader &reader) { return reader.stepsOfEvent(eventId); }))
        text += each.what + " ";
    return text;
}

UnknownCustomer unknown(const std::string &source, const std::string &id, const std::string &name, Clock::Wall time,
                        std::int64_t eventId = 0)
{
    return {source, id, name, time, time, 1, eventId};
}

bool note(Store &store, const UnknownCustomer &seen)
{
    return store.write([&](StoreWriter &writer) { return writer.noteUnknownCustomer(seen); });
}

std::vector<UnknownCustomer> unknownOf(Store &store, std::size_t max = 100)
{
    return store.read([&](const StoreReader &reader) { return reader.unknownCustomers(max); });
}

std::size_t deleteOld(Store &store, Clock::Wall before, std::size_t max = 100)
{
    return store.write([&](StoreWriter &writer) { return writer.deleteEvents(before, max); });
}

PurgeCounts purge(Store &store, const std::string &customer, std::size_t max = 100)
{
    return store.write([&](StoreWriter &writer) { return writer.purgeCustomer(customer, max); });
}

} // namespace

TEMPLATE_TEST_CASE("an event is read back as it was added, with its later decision", "[store][events]", STORE_KINDS)
{
    TestType kind;
    StoredEvent event = sampleEvent(kind.clock->wallNow());
    event.deliveryId = 4;
    event.customer = "Brightwater Clinic";
    event.customerId = "27";
    event.id = add(*kind.store, event);
    event.episodeId = 5;
    event.ticketId = 6;
    event.decision = "repeat";
    event.decisionJson = R"({"code":"repeat"})";
    event.title = "not written";
    kind.store->write([&](StoreWriter &writer) { writer.saveEvent(event); });
    kind.reopen();
    const StoredEvent found = eventOf(*kind.store, event.id);
    CHECK(found.deliveryId == 4);
    CHECK(found.sourceId == 1);
    CHECK(found.episodeId == 5);
    CHECK(found.ticketId == 6);
    CHECK(found.source == "source 1");
    CHECK(found.received == kind.clock->wallNow());
    CHECK(found.kind == "problem");
    CHECK(found.key == "key of Disk full");
    CHECK(found.severity == "high");
    CHECK(found.title == "Disk full");
    CHECK(found.customer == "Brightwater Clinic");
    CHECK(found.customerId == "27");
    CHECK(found.decision == "repeat");
    CHECK(found.documentJson == R"({"title":"Disk full"})");
    CHECK(found.decisionJson == R"({"code":"repeat"})");
    CHECK(!kind.store->read([](const StoreReader &reader) { return reader.event(99); }));
}

TEMPLATE_TEST_CASE("events are listed newest first by each filter and several together, in pages", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    const auto insert = [&](const std::string &title, Clock::Wall time, const auto &change) {
        StoredEvent event = sampleEvent(time, title);
        change(event);
        add(*kind.store, event);
    };
    insert("a", start, [](StoredEvent &event) { event.deliveryId = 1; });
    insert("b", start, [](StoredEvent &event) { event.sourceId = 2; });
    insert("c", start + 1min, [](StoredEvent &event) { event.kind = "recovery"; });
    insert("d", start + 1min, [](StoredEvent &event) { event.decision = "window"; });
    insert("e", start + 2min, [](StoredEvent &event) { event.customer = "Acme"; });
    insert("f", start + 2min, [](StoredEvent &event) { event.customer = "Acme", event.sourceId = 2; });
    insert("g", start + 3min, [](StoredEvent &event) { event.episodeId = 8, event.kind = "update"; });
    insert("h", start + 3min, [](StoredEvent &event) { event.episodeId = 8, event.ticketId = 9; });
    const std::size_t limit = GENERATE(1u, 3u, 100u);
    const auto found = [&](const auto &change) {
        EventQuery query;
        query.limit = limit;
        change(query);
        return titles(*kind.store, query);
    };
    CHECK(found([](EventQuery &) {}) == "h g f e d c b a");
    CHECK(found([](EventQuery &query) { query.deliveryId = 1; }) == "a");
    CHECK(found([](EventQuery &query) { query.sourceId = 2; }) == "f b");
    CHECK(found([](EventQuery &query) { query.kind = "recovery"; }) == "c");
    CHECK(found([](EventQuery &query) { query.decision = "window"; }) == "d");
    CHECK(found([](EventQuery &query) { query.customer = "aCME"; }) == "f e");
    CHECK(found([](EventQuery &query) { query.customer = "acm"; }).empty());
    CHECK(found([](EventQuery &query) { query.customer = "Acme", query.sourceId = 2; }) == "f");
    CHECK(found([](EventQuery &query) { query.episodeId = 8; }) == "h g");
    CHECK(found([](EventQuery &query) { query.episodeId = 8, query.kind = "update"; }) == "g");
    CHECK(found([](EventQuery &query) { query.episodeId = 8, query.customer = "Acme"; }).empty());
    CHECK(found([](EventQuery &query) { query.ticketId = 9; }) == "h");
    CHECK(found([&](EventQuery &query) { query.from = start + 2min; }) == "h g f e");
    CHECK(found([&](EventQuery &query) { query.until = start + 1min; }) == "b a");
    CHECK(found([&](EventQuery &query) { query.from = start + 1min, query.until = start + 2min; }) == "d c");
    CHECK(found([&](EventQuery &query) { query.from = start + 1min, query.sourceId = 2; }) == "f");
}

TEMPLATE_TEST_CASE("events are found by words of their title, customer and key, in any order and case",
                   "[store][events]", STORE_KINDS)
{
    TestType kind;
    StoredEvent event = sampleEvent(kind.clock->wallNow(), "Disk-full");
    event.customer = "Blåbær Kafé";
    event.key = "web-01/disk";
    add(*kind.store, event);
    add(*kind.store, sampleEvent(kind.clock->wallNow(), "Ping"));
    const auto found = [&](const std::string &text) {
        EventQuery query;
        query.text = text;
        return titles(*kind.store, query);
    };
    CHECK(found("DISK") == "Disk-full");
    CHECK(found("kafé FULL") == "Disk-full");
    CHECK(found("BLÅBÆR") == "Disk-full");
    CHECK(found("web-01") == "Disk-full");
    CHECK(found("disk ping").empty());
    CHECK(found("key of") == "Ping");
    CHECK(found("  ") == "Ping Disk-full");
    CHECK(storeErrorOf([&] { found(std::string(maxSearchBytes + 1, 'x')); }).kind == StoreError::Kind::invalid);
}

TEMPLATE_TEST_CASE("a page of large events ends at its size limit, and the next one continues", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    for (const char *title : {"a", "b", "c", "d", "e"})
    {
        StoredEvent event = sampleEvent(kind.clock->wallNow(), title);
        event.documentJson = std::string(maxPageBytes / 2 - 100, 'x');
        add(*kind.store, event);
    }
    const auto page = kind.store->read([](const StoreReader &reader) { return reader.listEvents({}); });
    CHECK(page.events.size() == 2);
    CHECK(titles(*kind.store, {}) == "e d c b a");
}

TEMPLATE_TEST_CASE("a list with a cursor or a limit that cannot be is refused", "[store][events]", STORE_KINDS)
{
    TestType kind;
    EventQuery query;
    query.limit = 0;
    CHECK(storeErrorOf([&] { titles(*kind.store, query); }).kind == StoreError::Kind::invalid);
    query.limit = 10;
    query.cursor = "nonsense";
    CHECK(storeErrorOf([&] { titles(*kind.store, query); }).kind == StoreError::Kind::invalid);
}

TEMPLATE_TEST_CASE("the events of the last days are read in parts, oldest first", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    for (int i = 0; i < 6; ++i)
        add(*kind.store, sampleEvent(start + i * 1h, std::string(1, static_cast<char>('a' + i))));
    const auto since = [&](Clock::Wall time, std::size_t max) {
        std::string all;
        for (std::int64_t after = 0;;)
        {
            const auto some =
                kind.store->read([&](const StoreReader &reader) { return reader.eventsSince(time, after, max); });
            REQUIRE(some.size() <= max);
            if (some.empty())
                return all;
            for (const StoredEvent &each : some)
                all += each.title;
            after = some.back().id;
        }
    };
    for (const std::size_t max : {1u, 4u, 100u})
    {
        CHECK(since(start, max) == "abcdef");
        CHECK(since(start + 2h, max) == "cdef");
        CHECK(since(start + 1h + 1ms, max) == "cdef");
        CHECK(since(start + 6h, max).empty());
    }
}

TEMPLATE_TEST_CASE("the history of an episode and of an event is in order", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall now = kind.clock->wallNow();
    const std::int64_t id = add(*kind.store, sampleStep(now, 1, 2, "opened"));
    add(*kind.store, sampleStep(now, 1, 0, "stale"));
    add(*kind.store, sampleStep(now, 0, 2, "seen"));
    add(*kind.store, sampleStep(now, 0, 0, "nobody's"));
    kind.reopen();
    CHECK(history(*kind.store, 1) == "opened stale ");
    CHECK(historyOfEvent(*kind.store, 2) == "opened seen ");
    CHECK(history(*kind.store, 0).empty());
    CHECK(historyOfEvent(*kind.store, 0).empty());
    const EventStep step = kind.store->read([](const StoreReader &reader) { return reader.stepsOf(1); }).at(0);
    CHECK(step.id == id);
    CHECK(step.episodeId == 1);
    CHECK(step.eventId == 2);
    CHECK(step.ticketId == 3);
    CHECK(step.time == now);
    CHECK(step.detailJson == R"({"why":"opened"})");
}

TEMPLATE_TEST_CASE("an unknown customer is new once, and counted after that", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    CHECK(note(*kind.store, unknown("a", "1", "Acme", start, 10)));
    CHECK(!note(*kind.store, unknown("a", "1", "Acme", start + 2h, 12)));
    CHECK(!note(*kind.store, unknown("a", "1", "Acme", start + 1h, 11)));
    CHECK(note(*kind.store, unknown("a", "", "Acme", start + 3h, 13)));
    CHECK(note(*kind.store, unknown("b", "1", "Acme", start + 1h, 14)));
    kind.reopen();
    const auto all = unknownOf(*kind.store);
    REQUIRE(all.size() == 3);
    CHECK(all[0].id.empty());
    CHECK(all[1].source == "a");
    CHECK(all[1].id == "1");
    CHECK(all[1].name == "Acme");
    CHECK(all[1].first == start);
    CHECK(all[1].last == start + 2h);
    CHECK(all[1].count == 3);
    CHECK(all[1].eventId == 12);
    CHECK(all[2].source == "b");
    CHECK(unknownOf(*kind.store, 2).size() == 2);
    const auto forget = [&] {
        return kind.store->write([](StoreWriter &writer) { return writer.forgetUnknownCustomer("a", "1", "Acme"); });
    };
    CHECK(forget());
    CHECK(!forget());
    CHECK(unknownOf(*kind.store).size() == 2);
    CHECK(note(*kind.store, unknown("a", "1", "Acme", start)));
}

TEMPLATE_TEST_CASE("names without end of unknown customers do not fill the store", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    kind.store->write([&](StoreWriter &writer) {
        for (std::size_t i = 0; i < StoreWriter::maxUnknownCustomers + 10; ++i)
            writer.noteUnknownCustomer(unknown("a", std::to_string(i), "", start + std::chrono::seconds(i)));
    });
    const auto all = unknownOf(*kind.store, 2 * StoreWriter::maxUnknownCustomers);
    CHECK(all.size() == StoreWriter::maxUnknownCustomers);
    CHECK(all.back().id == "10");
}

TEMPLATE_TEST_CASE("old events go with their history, and an open episode keeps its own", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    const std::int64_t open = add(*kind.store, sampleEpisode(start, "open"));
    std::vector<std::int64_t> events;
    std::vector<std::int64_t> deliveries;
    for (int i = 0; i < 3; ++i)
    {
        const std::string title(1, static_cast<char>('a' + i));
        events.push_back(add(*kind.store, sampleEvent(start + i * 1h, title)));
        add(*kind.store, sampleStep(start, open, events.back(), "event " + title));
        deliveries.push_back(add(*kind.store, sampleDelivery(start + i * 1h, 1, "body " + title)));
    }
    add(*kind.store, sampleStep(start, open, 0, "timer"));
    note(*kind.store, unknown("a", "", "Acme", start));
    note(*kind.store, unknown("a", "", "Globex", start + 3h));
    CHECK(deleteOld(*kind.store, start) == 0);
    CHECK(deleteOld(*kind.store, start + 2h, 1) == 1);
    CHECK(titles(*kind.store, {}) == "c b");
    CHECK(deleteOld(*kind.store, start + 2h) == 4); // an event, two deliveries, an unknown customer
    kind.reopen();
    CHECK(titles(*kind.store, {}) == "c");
    CHECK(history(*kind.store, open) == "event c timer ");
    CHECK(historyOfEvent(*kind.store, events[0]).empty());
    CHECK(!kind.store->read([&](const StoreReader &reader) { return reader.delivery(deliveries[1]); }));
    CHECK(kind.store->read([&](const StoreReader &reader) { return reader.delivery(deliveries[2]); }));
    CHECK(unknownOf(*kind.store).at(0).name == "Globex");
    CHECK(deleteOld(*kind.store, start + 2h) == 0);
    CHECK(add(*kind.store, sampleEvent(start)) > events.back());
}

TEMPLATE_TEST_CASE("old episodes that are over go with their history, open ones never", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    std::vector<std::int64_t> ids;
    for (const char *key : {"open", "stale", "ended", "ended later"})
    {
        ids.push_back(add(*kind.store, sampleEpisode(start, key)));
        add(*kind.store, sampleStep(start, ids.back(), 0, key));
    }
    changeEpisode(*kind.store, ids[1], [](StoredEpisode &episode) { episode.state = EpisodeState::stale; });
    for (const std::int64_t id : {ids[2], ids[3]})
        changeEpisode(*kind.store, id, [&](StoredEpisode &episode) {
            episode.state = EpisodeState::ended;
            episode.ended = id == ids[3] ? start + 2h : start;
        });
    CHECK(deleteOld(*kind.store, start + 1h) == 2);
    const auto has = [&](std::int64_t id) {
        return kind.store->read([&](const StoreReader &reader) { return reader.episode(id); }).has_value();
    };
    CHECK(has(ids[0]));
    CHECK(!has(ids[1]));
    CHECK(!has(ids[2]));
    CHECK(has(ids[3]));
    CHECK(history(*kind.store, ids[2]).empty());
    CHECK(history(*kind.store, ids[0]) == "open ");
    CHECK(deleteOld(*kind.store, start + 3h) == 1);
    CHECK(has(ids[0]));
}

TEMPLATE_TEST_CASE("a delivery that waits to be handled is kept as long as its body", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    std::vector<std::int64_t> ids;
    for (const DeliveryState state : {DeliveryState::notUnderstood, DeliveryState::kept, DeliveryState::done})
    {
        StoredDelivery delivery = sampleDelivery(start);
        delivery.state = state;
        ids.push_back(add(*kind.store, delivery));
    }
    CHECK(deleteOld(*kind.store, start + 1h) == 1);
    kind.store->write([&](StoreWriter &writer) { return writer.deleteDeliveryBodies(start, 0, 1); });
    CHECK(deleteOld(*kind.store, start + 1h) == 1);
    CHECK(!kind.store->read([&](const StoreReader &reader) { return reader.delivery(ids[0]); }));
    CHECK(kind.store->read([&](const StoreReader &reader) { return reader.delivery(ids[1]); }));
}

TEMPLATE_TEST_CASE("what is stored of a customer can be erased, by name or id, and nothing else is", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    const std::string wanted = GENERATE("Brightwater Clinic", "bRIGHTwater clinic", "27");
    CAPTURE(wanted);
    const std::int64_t open = add(*kind.store, sampleEpisode(start, "disk of Brightwater"));
    const std::int64_t ended = add(*kind.store, sampleEpisode(start, "cpu of Brightwater"));
    const std::int64_t others = add(*kind.store, sampleEpisode(start, "disk of Acme"));
    changeEpisode(*kind.store, ended, [](StoredEpisode &each) { each.state = EpisodeState::ended; });
    struct Added
    {
        std::int64_t event = 0;
        std::int64_t delivery = 0;
    };
    std::map<std::int64_t, Added> added; // of each episode
    for (const std::int64_t episode : {open, ended, others})
    {
        const std::int64_t delivery = add(*kind.store, sampleDelivery(start));
        StoredEvent event = sampleEvent(start, episode == others ? "event of Acme" : "event of Brightwater");
        event.deliveryId = delivery;
        event.episodeId = episode;
        event.customer = episode == others ? "Acme" : "Brightwater Clinic";
        event.customerId = episode == others ? "28" : "27";
        const std::int64_t id = add(*kind.store, event);
        added[episode] = {id, delivery};
        add(*kind.store, sampleStep(start, episode, id, "opened"));
        add(*kind.store, sampleStep(start, episode, 0, "note"));
    }
    note(*kind.store, unknown("a", "27", "Brightwater Clinic", start));
    note(*kind.store, unknown("a", "28", "Acme", start));
    const PurgeCounts counts = purge(*kind.store, wanted);
    CHECK(counts.events == 2);
    CHECK(counts.deliveries == 2);
    CHECK(counts.episodes == 2);
    CHECK(counts.steps == 4);
    CHECK(counts.unknownCustomers == 1);
    CHECK(!counts.more);
    kind.reopen();
    for (const std::int64_t episode : {open, ended})
    {
        const StoredEvent event = eventOf(*kind.store, added[episode].event);
        CHECK(event.title + event.key + event.customer + event.customerId + event.documentJson + event.decisionJson ==
              "");
        CHECK(event.decision == "ticket");
        CHECK(event.episodeId == episode);
        kind.store->read([&](const StoreReader &reader) {
            const StoredDelivery delivery = reader.delivery(added[episode].delivery).value();
            CHECK(delivery.sealedBody + delivery.requestJson == "");
            CHECK(delivery.bytes > 0);
            for (const EventStep &step : reader.stepsOf(episode))
            {
                CHECK(step.detailJson.empty());
                CHECK(!step.what.empty());
            }
        });
    }
    kind.store->read([&](const StoreReader &reader) {
        CHECK(reader.latestEpisode(1, "disk of Brightwater")->id == open);
        CHECK(!reader.episode(open)->stateJson.empty());
        CHECK(!reader.episode(ended)->stateJson.empty());
        CHECK(reader.event(added[others].event)->title == "event of Acme");
        CHECK(!reader.delivery(added[others].delivery)->sealedBody.empty());
        CHECK(!reader.stepsOf(others).at(1).detailJson.empty());
        CHECK(reader.unknownCustomers(9).at(0).name == "Acme");
    });
    CHECK(purge(*kind.store, wanted).events == 0);
    CHECK(purge(*kind.store, "").events == 0);
}

TEMPLATE_TEST_CASE("a customer with many events is erased in parts", "[store][events]", STORE_KINDS)
{
    TestType kind;
    for (int i = 0; i < 5; ++i)
    {
        StoredEvent event = sampleEvent(kind.clock->wallNow());
        event.customer = "Acme";
        add(*kind.store, event);
    }
    for (const auto &[events, more] : {std::pair(2u, true), std::pair(2u, true), std::pair(1u, false)})
    {
        const PurgeCounts counts = purge(*kind.store, "Acme", 2);
        CHECK(counts.events == events);
        CHECK(counts.more == more);
    }
}
