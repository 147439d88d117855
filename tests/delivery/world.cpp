#include "tests/delivery/world.h"
#include "host/service/ticket_actions.h"

#include "host/net/egress_config.h"
#include "host/plugin/loaded_plugin.h"
#include "host/store/sqlite/sqlite_database.h"

namespace psa::test {

using namespace psa::connection;
using namespace psa::delivery;
using namespace psa::net;
using namespace psa::notify;
using namespace psa::plugin;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using Poco::JSON::Object;

namespace {

constexpr const char *name = "acme";

DeliveryPolicy testPolicy()
{
    DeliveryPolicy policy;
    policy.quietPeriod = std::chrono::seconds(60);
    policy.noteQuietPeriod = std::chrono::seconds(30);
    return policy;
}

} // namespace

DeliveryWorld::DeliveryWorld(const std::string &report, const LoadReport &plugin) : report_(report), plugin_(plugin)
{
    runtime_.clock = clock;
    psa->updates.now = [this] { return clock->now(); };
    runtime_.budgets = std::make_shared<BudgetRegistry>(clock);
    open();
    store->write([](StoreWriter &writer) {
        StoredConnection row;
        row.name = name;
        row.uid = "uid";
        row.plugin = "com.example.relay";
        row.configurationJson = row.defaultsJson = "{}";
        writer.addConnection(row);
    });
}

DeliveryWorld::~DeliveryWorld()
{
    queue.reset();
    store.reset();
}

void DeliveryWorld::open()
{
    store = openSqliteStore({folder.path() / "state", ""}, clock);
    const auto saved = store->read([](const StoreReader &reader) { return reader.connection(name); });
    Object::Ptr values = new Object;
    values->set("report", report_);
    values->set("key", "a-secret-of-the-test");
    connection = std::make_shared<Connection>(
        runtime_, ConnectionSettings{name, plugin_.plugin, plugin_.plugin->forms.configuration.check(*values).values},
        PluginLog(), [this](const std::shared_ptr<const SecretRegistry> &) { return psa; });
    queue = std::make_unique<ConnectionQueue>(
        ConnectionQueueParts{*store, clock, [](std::uint64_t limit) { return limit / 2; },
                             [this](const Notice &notice) { notices.push_back(notice); },
                             [this](const std::string &line) { log.push_back(line); }},
        connection, testPolicy(), saved ? saved->breakerJson : "");
}

void DeliveryWorld::restart()
{
    queue.reset();
    store.reset();
    open();
}

void DeliveryWorld::restartAfter(const char *sql)
{
    queue.reset();
    store.reset();
    SqliteDatabase(folder.path() / "state/store.db", "").execute(sql);
    open();
}

std::int64_t DeliveryWorld::submit(const std::string &reference, const std::string &company)
{
    NewTicket row;
    row.connection = name;
    row.reference = reference;
    row.fingerprint = "f";
    row.requestJson = R"({"title":"x"})";
    row.ticketJson = R"({"version":1,"title":"x",)" + (company.empty() ? "" : R"("company":")" + company + R"(",)") +
                     R"("fields":{}})";
    row.company = company;
    return store->write([&](StoreWriter &writer) { return insertTicket(writer, row).ticket.id; });
}

std::int64_t DeliveryWorld::submitOperation(std::int64_t ticket, NewOperation operation)
{
    operation.reference = "OP" + std::to_string(++operations_);
    operation.who = "test";
    return store->write(
        [&](StoreWriter &writer) { return insertOperations(writer, ticket, {operation}).operations.front().id; });
}

std::int64_t DeliveryWorld::note(std::int64_t ticket, const std::string &text, const std::string &visibility)
{
    NewOperation note;
    note.kind = OperationKind::note;
    note.documentJson = R"({"version":1,"text":")" + text + R"(","visibility":")" + visibility + R"("})";
    return submitOperation(ticket, note);
}

std::int64_t DeliveryWorld::change(std::int64_t ticket, const std::string &status, bool ifUntouched)
{
    NewOperation change;
    change.kind = OperationKind::change;
    change.documentJson = R"({"version":1,"status":")" + status + R"("})";
    change.ifUntouched = ifUntouched;
    return submitOperation(ticket, change);
}

StoredOperation DeliveryWorld::operation(std::int64_t id)
{
    return store->read([&](const StoreReader &reader) { return reader.operation(id).value(); });
}

TicketWatch DeliveryWorld::watch(std::int64_t ticket)
{
    return store->read([&](const StoreReader &reader) { return reader.watch(ticket).value_or(TicketWatch{}); });
}

int DeliveryWorld::run()
{
    int calls = 0;
    for (;;)
    {
        if (const auto work = queue->claim())
        {
            auto called = queue->make(*work);
            alter(*work, called.outcome.call);
            if (dies(*work))
                restart();
            else
                queue->settle(queue->conclude(*work, called));
        }
        else if (!queue->probe() && !queue->readTickets() && !queue->readNames())
            return calls;
        ++calls;
    }
}

void DeliveryWorld::runOn(int hours)
{
    const auto until = clock->now() + std::chrono::hours(hours);
    for (run(); clock->now() < until; run())
    {
        const auto wake = queue->wakeAt();
        if (!wake)
            return;
        clock->advance(
            std::max(std::chrono::milliseconds(1), std::chrono::ceil<std::chrono::milliseconds>(*wake - clock->now())));
    }
}

void DeliveryWorld::renew()
{
    CallOptions options;
    options.despiteRefusal = true;
    if (connection->login().refusal() && !connection->test(options).ok())
        throw std::logic_error("DeliveryWorld: the test of the connection does not pass");
    queue->renew(connection, testPolicy());
}

StoredTicket DeliveryWorld::ticket(std::int64_t id)
{
    return store->read([&](const StoreReader &reader) { return reader.ticket(id).value(); });
}

} // namespace psa::test
