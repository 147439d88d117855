// HaloPSA shows what was written only minutes later. Delivery through the real plugin and HTTPS, with a clock that is put
// forward: whatever response is lost, everything is there once.
#include "fixture.h"

#include "host/delivery/connection_queue.h"
#include "host/plugin/loaded_plugin.h"
#include "host/service/ticket_actions.h"
#include "host/store/sqlite_store.h"
#include "tests/support/test_folder.h"

#include <catch2/catch.hpp>

using namespace psa::connection;
using namespace psa::delivery;
using namespace psa::net;
using namespace psa::notify;
using namespace psa::plugin;
using namespace psa::service;
using namespace psa::store;
using namespace psa::test;
using namespace psa::test::halopsa;
using namespace psa::ticket;
using namespace std::chrono_literals;

namespace {

/// Time that passes as usual, because HTTP needs it, and of which some can be skipped. It stays behind the machine's, by
/// which calls have their deadlines.
class SkippingClock : public psa::clock::Clock
{
public:
    void advance(std::chrono::milliseconds by) { skipped_ += by; }
    Steady now() const override { return std::chrono::steady_clock::now() - 24h + skipped_; }
    Wall wallNow() const override { return Wall(1795534200s) + (now() - start_); } // 2026-11-24T15:30:00Z

private:
    std::chrono::milliseconds skipped_{0};
    const Steady start_ = std::chrono::steady_clock::now() - 24h;
};

/// As the host has it: a lookup that finds nothing proves it only after the quiet time of the plugin.
DeliveryPolicy policyOf(const LoadedPlugin &plugin)
{
    DeliveryPolicy policy;
    const auto descriptor = plugin.descriptor.extract<psa::sandbox::Object::Ptr>();
    policy.quietPeriod = std::chrono::seconds(descriptor->getObject("reference")->getValue<int>("quietSeconds"));
    policy.noteQuietPeriod = std::chrono::seconds(plugin.updates->getValue<int>("quietSeconds"));
    return policy;
}

/// Delivers the tickets of one connection to the simulator, which shows what was written after `lag`.
struct LaggingWorld
{
    explicit LaggingWorld(std::chrono::milliseconds lag, const std::string &lagOf = "queries")
    {
        setup.sandbox().setSwitch("read.lagMs", std::to_string(lag.count()));
        setup.sandbox().setSwitch("read.lagOf", lagOf);
        ConnectionRuntime runtime = setup.runtime();
        runtime.clock = clock;
        runtime.budgets = std::make_shared<BudgetRegistry>(clock);
        const auto plugin = loadedPlugin(HALOPSA_PLUGIN);
        psa::sandbox::Object values;
        for (const auto &[name, value] : setup.configuration())
            values.set(name, value);
        connection = std::make_shared<Connection>(
            runtime, ConnectionSettings{"acme", plugin, plugin->forms.configuration.check(values).values}, PluginLog());
        store = openSqliteStore({folder.path() / "state", ""}, clock);
        store->write([](StoreWriter &writer) {
            StoredConnection row;
            row.name = "acme";
            row.uid = "uid";
            row.plugin = "halopsa";
            row.configurationJson = row.defaultsJson = "{}";
            writer.addConnection(row);
        });
        queue = std::make_unique<ConnectionQueue>(
            ConnectionQueueParts{*store, clock, [](std::uint64_t limit) { return limit / 2; }, [](const Notice &) {},
                                 [](const std::string &) {}},
            connection, policyOf(*plugin), "");
    }
    ~LaggingWorld() { queue.reset(); }
    LaggingWorld(const LaggingWorld &) = delete;
    LaggingWorld &operator=(const LaggingWorld &) = delete;

    std::int64_t submit(const std::string &reference) const
    {
        NewTicket row;
        row.connection = "acme";
        row.reference = reference;
        row.fingerprint = "f";
        row.requestJson = R"({"title":"x"})";
        row.ticketJson = ticket();
        return store->write([&](StoreWriter &writer) { return insertTicket(writer, row).ticket.id; });
    }
    std::int64_t submit(std::int64_t ticket, OperationKind kind, const std::string &reference,
                        const std::string &document) const
    {
        NewOperation operation;
        operation.kind = kind;
        operation.documentJson = document;
        operation.reference = reference;
        operation.who = "test";
        return store->write(
            [&](StoreWriter &writer) { return insertOperations(writer, ticket, {operation}).operations.front().id; });
    }
    /// Delivers, and skips the time until there is more to do, for at most `span`.
    void runOn(std::chrono::minutes span)
    {
        const auto until = clock->now() + span;
        for (run(); clock->now() < until; run())
        {
            const auto wake = queue->wakeAt();
            const auto next = wake ? std::min(*wake, until) : until;
            skip(std::max(1ms, std::chrono::ceil<std::chrono::milliseconds>(next - clock->now())));
        }
    }
    std::string state(std::int64_t id) const
    {
        return toText(store->read([&](const StoreReader &reader) { return reader.ticket(id).value(); }).state);
    }
    std::string operationState(std::int64_t id) const
    {
        return toText(store->read([&](const StoreReader &reader) { return reader.operation(id).value(); }).state);
    }

    Setup setup;
    std::shared_ptr<SkippingClock> clock = std::make_shared<SkippingClock>();
    TestFolder folder{TestFolder::inMemory()};
    std::unique_ptr<Store> store;
    std::shared_ptr<Connection> connection;
    std::unique_ptr<ConnectionQueue> queue;

private:
    void run() const
    {
        for (;;)
            if (const auto work = queue->claim())
                queue->settle(queue->conclude(*work, queue->make(*work)));
            else if (!queue->probe() && !queue->readTickets() && !queue->readNames())
                return;
    }
    void skip(std::chrono::milliseconds by)
    {
        clock->advance(by);
        setup.sandbox().advance(by);
    }
};

constexpr const char *createMatch = R"("method":"POST","entity":"Tickets")";
constexpr const char *noteMatch = R"("method":"POST","entity":"Actions")";
constexpr const char *changeMatch = R"("method":"POST","entity":"TicketChanges")";
constexpr const char *lost = R"({"kind": "commit-then-drop"})";
constexpr const char *text = R"({"version":1,"text":"It is over.","visibility":"internal"})";

} // namespace

TEST_CASE("a ticket whose response was lost and that appears four minutes later is created once")
{
    const std::string lagOf = GENERATE("queries", "everything");
    CAPTURE(lagOf);
    LaggingWorld world(4min, lagOf);
    world.setup.faultMatching(createMatch, lost, 1);
    const std::int64_t ticket = world.submit("REFERENCE1");
    world.runOn(3min);
    CHECK(world.state(ticket) == "unknown");
    world.runOn(10min);
    CHECK(world.state(ticket) == "done");
    CHECK(world.setup.creates() == 1);
    CHECK(world.setup.ticketsWith("REFERENCE1") == 1);
}

TEST_CASE("a ticket whose request was lost is created once the quiet period is over, and only then")
{
    LaggingWorld world(4min);
    world.setup.faultMatching(createMatch, R"({"kind": "drop-before"})", 1);
    const std::int64_t ticket = world.submit("REFERENCE1");
    world.runOn(4min);
    CHECK(world.setup.creates() == 1);
    world.runOn(10min);
    CHECK(world.state(ticket) == "done");
    CHECK(world.setup.creates() == 2);
    CHECK(world.setup.ticketsWith("REFERENCE1") == 1);
}

TEST_CASE("a note whose response was lost and that appears four minutes later is added once")
{
    LaggingWorld world(4min, "everything");
    const std::int64_t ticket = world.submit("REFERENCE1");
    world.runOn(10min);
    world.setup.faultMatching(noteMatch, lost, 1);
    const std::int64_t noted = world.submit(ticket, OperationKind::note, "NOTE1", text);
    world.runOn(3min);
    CHECK(world.operationState(noted) == "unknown");
    world.runOn(10min);
    CHECK(world.operationState(noted) == "done");
    CHECK(psa::sandbox::notesWith(world.setup.sandbox().truth().notes, "NOTE1") == 1);
    CHECK(world.setup.simulator().requests("POST api/Actions (create)") == 1);
}

TEST_CASE("a note that appears later than anybody waits is added again, and its duplicate is deleted when it appears")
{
    LaggingWorld world(8min, "everything");
    const std::int64_t ticket = world.submit("REFERENCE1");
    world.runOn(20min);
    world.setup.faultMatching(noteMatch, lost, 1);
    const std::int64_t noted = world.submit(ticket, OperationKind::note, "NOTE1", text);
    world.runOn(120min);
    CHECK(world.operationState(noted) == "done");
    CHECK(world.setup.simulator().requests("POST api/Actions (create)") == 2);
    CHECK(psa::sandbox::notesWith(world.setup.sandbox().truth().notes, "NOTE1") == 1);
}

TEST_CASE("a change whose response was lost and that is not seen yet ends as one change")
{
    LaggingWorld world(4min, "everything");
    const std::int64_t ticket = world.submit("REFERENCE1");
    world.runOn(10min);
    world.setup.faultMatching(changeMatch, lost, 1);
    const std::int64_t changed =
        world.submit(ticket, OperationKind::change, "CHANGE1", R"({"version":1,"status":"Closed"})");
    world.runOn(30min);
    CHECK(world.operationState(changed) == "done");
    CHECK(world.setup.sandbox().truth().tickets.front().closed);
    std::size_t closings = 0;
    for (const auto &each : world.setup.sandbox().truth().changes)
        closings += each.field == "status_id" && each.to == "Closed" ? 1 : 0;
    CHECK(closings == 1);
}
