// Deliveries of sources: states, lists, duplicates, counts, and how long bodies are kept.
#include "tests/unit/store/event_samples.h"
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

StoredDelivery deliveryOf(Store &store, std::int64_t id)
{
    return store.read([&](const StoreReader &reader) { return reader.delivery(id); }).value();
}

void setState(Store &store, std::int64_t id, DeliveryState state, const std::string &reason = "")
{
    store.write([&](StoreWriter &writer) {
        StoredDelivery delivery;
        delivery.id = id;
        delivery.state = state;
        delivery.reason = reason;
        writer.saveDelivery(delivery);
    });
}

/// The ids of all pages, newest first.
std::vector<std::int64_t> listed(Store &store, DeliveryQuery query)
{
    std::vector<std::int64_t> ids;
    do
    {
        const DeliveryPage page = store.read([&](const StoreReader &reader) { return reader.listDeliveries(query); });
        REQUIRE(page.deliveries.size() <= query.limit);
        for (const StoredDelivery &each : page.deliveries)
        {
            CHECK(each.sealedBody.empty());
            ids.push_back(each.id);
        }
        query.cursor = page.next;
    } while (!query.cursor.empty());
    return ids;
}

SourceCounts countsOf(Store &store, std::int64_t sourceId)
{
    return store.read([](const StoreReader &reader) { return reader.sourceCounts(); })[sourceId];
}

std::size_t eraseBodies(Store &store, Clock::Wall before, std::int64_t maxBytes, std::size_t max = 100)
{
    return store.write([&](StoreWriter &writer) { return writer.deleteDeliveryBodies(before, maxBytes, max); });
}

/// Whose bodies are stored, by id.
std::vector<std::int64_t> withBody(Store &store, std::int64_t last)
{
    std::vector<std::int64_t> ids;
    for (std::int64_t id = 1; id <= last; ++id)
        if (!deliveryOf(store, id).sealedBody.empty())
            ids.push_back(id);
    return ids;
}

using Ids = std::vector<std::int64_t>;

} // namespace

TEMPLATE_TEST_CASE("a delivery is read back byte by byte, after its state has changed too", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    const std::string body("\0sealed\xFF", 8);
    const std::int64_t id = add(*kind.store, sampleDelivery(kind.clock->wallNow(), 7, body));
    setState(*kind.store, id, DeliveryState::notUnderstood, "line 3: null");
    kind.reopen();
    const StoredDelivery found = deliveryOf(*kind.store, id);
    CHECK(found.sourceId == 7);
    CHECK(found.source == "source 7");
    CHECK(found.received == kind.clock->wallNow());
    CHECK(found.state == DeliveryState::notUnderstood);
    CHECK(found.requestJson == R"({"method":"POST"})");
    CHECK(found.sealedBody == body);
    CHECK(found.bytes == 7);
    CHECK(found.digest == TestType::kept("digest of " + body));
    CHECK(found.reason == "line 3: null");
    CHECK(!kind.store->read([](const StoreReader &reader) { return reader.delivery(99); }));
}

TEMPLATE_TEST_CASE("deliveries are listed newest first, by source and state, in pages", "[store][events]", STORE_KINDS)
{
    TestType kind;
    for (int i = 0; i < 6; ++i)
    {
        add(*kind.store, sampleDelivery(kind.clock->wallNow(), 1 + i % 2, "body " + std::to_string(i)));
        if (i % 3 == 2)
            kind.clock->advance(1s); // those in between have the same time
    }
    setState(*kind.store, 2, DeliveryState::notUnderstood);
    setState(*kind.store, 3, DeliveryState::kept);
    setState(*kind.store, 4, DeliveryState::notUnderstood);
    DeliveryQuery query;
    query.limit = GENERATE(1u, 2u, 100u);
    CHECK(listed(*kind.store, query) == Ids{6, 5, 4, 3, 2, 1});
    query.state = DeliveryState::notUnderstood;
    CHECK(listed(*kind.store, query) == Ids{4, 2});
    query.sourceId = 1;
    CHECK(listed(*kind.store, query).empty());
    query.state = DeliveryState::kept;
    CHECK(listed(*kind.store, query) == Ids{3});
    query.state = DeliveryState::done;
    CHECK(listed(*kind.store, query) == Ids{5, 1});
    query.state.reset();
    CHECK(listed(*kind.store, query) == Ids{5, 3, 1});
}

TEMPLATE_TEST_CASE("a repeated delivery is found by its digest, only of its source and only for a while",
                   "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    const auto find = [&](std::int64_t source, const std::string &digest, Clock::Wall since) {
        const auto found = kind.store->read(
            [&](const StoreReader &reader) { return reader.deliveryByDigest(source, digest, since, 0); });
        CHECK((!found || found->sealedBody.empty()));
        return found ? found->id : 0;
    };
    CHECK(find(1, "digest of a", start - 24h) == 0);
    add(*kind.store, sampleDelivery(start, 1, "a"));
    add(*kind.store, sampleDelivery(start + 1min, 2, "a"));
    add(*kind.store, sampleDelivery(start + 2min, 1, "b"));
    CHECK(find(1, "digest of a", start) == 1);
    CHECK(find(1, "digest of a", start - 365 * 24h) == 1);
    CHECK(find(1, "digest of a", start + 1ms) == 0);
    CHECK(find(2, "digest of a", start) == 2);
    CHECK(find(2, "digest of b", start) == 0);
    add(*kind.store, sampleDelivery(start + 20min, 1, "a"));
    CHECK(find(1, "digest of a", start) == 4);
    CHECK(find(1, "digest of b", start) == 3);
}

TEMPLATE_TEST_CASE("a source's counts follow what happens to its deliveries", "[store][events]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    const auto last = [&](std::int64_t source) {
        return kind.store->read([&](const StoreReader &reader) { return reader.lastDelivery(source); });
    };
    CHECK(!last(1));
    for (int i = 0; i < 3; ++i)
        add(*kind.store, sampleDelivery(start + i * 1min, 1, std::string(10, 'x')));
    add(*kind.store, sampleDelivery(start, 2, "y"));
    add(*kind.store, sampleEvent(start));
    setState(*kind.store, 1, DeliveryState::notUnderstood);
    setState(*kind.store, 2, DeliveryState::notUnderstood);
    setState(*kind.store, 2, DeliveryState::kept);
    kind.reopen();
    SourceCounts counts = countsOf(*kind.store, 1);
    CHECK(counts.deliveries == 3);
    CHECK(counts.events == 1);
    CHECK(counts.notUnderstood == 1);
    CHECK(counts.kept == 1);
    CHECK(counts.bodyBytes == 30);
    CHECK(counts.last == start + 2min);
    CHECK(countsOf(*kind.store, 2).bodyBytes == 1);
    setState(*kind.store, 1, DeliveryState::done);
    CHECK(eraseBodies(*kind.store, start + 1h, 1000) == 3);
    kind.store->write([&](StoreWriter &writer) { return writer.deleteEvents(start + 1h, 100); });
    counts = countsOf(*kind.store, 1);
    CHECK(counts.deliveries == 3);
    CHECK(counts.events == 1);
    CHECK(counts.notUnderstood == 0);
    CHECK(counts.kept == 1);
    CHECK(counts.bodyBytes == 10);
    CHECK(last(1) == start + 2min);
}

TEMPLATE_TEST_CASE("bodies of handled deliveries are erased when they are old, others are kept", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    for (int i = 0; i < 4; ++i)
        add(*kind.store, sampleDelivery(start + i * 1h, 1, "body " + std::to_string(i)));
    setState(*kind.store, 2, DeliveryState::notUnderstood);
    CHECK(eraseBodies(*kind.store, start, 1000) == 0);
    CHECK(eraseBodies(*kind.store, start + 3h, 1000, 1) == 1);
    CHECK(withBody(*kind.store, 4) == Ids{2, 3, 4});
    CHECK(eraseBodies(*kind.store, start + 3h, 1000) == 1);
    kind.reopen();
    CHECK(withBody(*kind.store, 4) == Ids{2, 4});
    CHECK(deliveryOf(*kind.store, 1).bytes == 5);
    setState(*kind.store, 2, DeliveryState::done);
    CHECK(eraseBodies(*kind.store, start + 3h, 1000) == 1);
    CHECK(withBody(*kind.store, 4) == Ids{4});
}

TEMPLATE_TEST_CASE("above the cap the oldest bodies are erased, those still to be handled last", "[store][events]",
                   STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    for (int i = 0; i < 6; ++i)
        add(*kind.store, sampleDelivery(start + i * 1h, 1 + i % 2, std::string(100, 'x')));
    setState(*kind.store, 1, DeliveryState::notUnderstood);
    setState(*kind.store, 4, DeliveryState::kept);
    CHECK(eraseBodies(*kind.store, start, 600) == 0);
    CHECK(eraseBodies(*kind.store, start, 599) == 1);
    CHECK(withBody(*kind.store, 6) == Ids{1, 3, 4, 5, 6});
    CHECK(eraseBodies(*kind.store, start, 350, 1) == 1);
    CHECK(eraseBodies(*kind.store, start, 350) == 1);
    CHECK(withBody(*kind.store, 6) == Ids{1, 4, 6});
    CHECK(eraseBodies(*kind.store, start, 100) == 2);
    CHECK(withBody(*kind.store, 6) == Ids{4});
    CHECK(deliveryOf(*kind.store, 1).state == DeliveryState::notUnderstood);
    CHECK(eraseBodies(*kind.store, start, 0) == 1);
    CHECK(countsOf(*kind.store, 1).bodyBytes + countsOf(*kind.store, 2).bodyBytes == 0);
}

TEMPLATE_TEST_CASE("a delivery is announced as a change of events", "[store][events]", STORE_KINDS)
{
    TestType kind;
    StoreChange last;
    kind.store->onChange([&](const StoreChange &change) { last = change; });
    const std::int64_t id = add(*kind.store, sampleDelivery(kind.clock->wallNow()));
    CHECK((last.events && !last.definitions && last.tickets.empty()));
    last = {};
    setState(*kind.store, id, DeliveryState::kept);
    CHECK(last.events);
    kind.store->onChange(nullptr);
}
