// What two hosts do to the same store at the same time, where each relies on what it has read and writes something else: one
// of them must be told, as if they had come one after the other.
#include "host/connection/connections.h"
#include "tests/support/postgres/cluster.h"
#include "tests/unit/store/event_samples.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <functional>
#include <future>

using namespace psa::store;
using namespace psa::test;
using namespace psa::ticket;
using namespace std::chrono_literals;
using psa::test::postgres::Cluster;
using psa::test::postgres::Session;

namespace {

struct TwoHosts
{
    std::string uri = Cluster::shared().uri(Cluster::shared().createDatabase());
    std::unique_ptr<Store> one = open();
    std::unique_ptr<Store> other = open();

    std::unique_ptr<Store> open() const
    {
        PostgresStoreSettings settings;
        settings.uri = uri;
        return openPostgresStore(settings);
    }
};

using Work = std::function<void(StoreWriter &)>;

/// "" = it was done.
std::string outcomeOf(Store &store, const Work &work)
try
{
    store.write([&](StoreWriter &writer) { work(writer); });
    return "";
}
catch (const StoreError &error)
{
    return error.what();
}

/// Does `work` in a transaction that `meanwhile` overtakes: it is done by another host after the snapshot of the
/// transaction, and before its work.
std::string overtaken(Store &store, const Work &work, const std::function<void()> &meanwhile)
{
    bool isFirst = true;
    return outcomeOf(store, [&](StoreWriter &writer) {
        writer.counts(); // the snapshot
        if (std::exchange(isFirst, false))
            meanwhile();
        work(writer);
    });
}

void removeAcme(StoreWriter &writer)
{
    psa::connection::removeConnection(writer, "acme");
}

void addNote(StoreWriter &writer, std::int64_t id)
{
    const auto ticket = writer.ticketRow(id);
    if (!ticket)
        throw StoreError(StoreError::Kind::notFound, "there is no ticket " + std::to_string(id));
    writer.addOperation(submitted(sampleOperation("N1"), *ticket, writer.now()));
}

struct Pair
{
    const char *name;
    /// Makes ready what `begins` needs; returns an id.
    std::function<std::int64_t(Store &)> prepare;
    std::function<void(StoreWriter &, std::int64_t)> begins; ///< Something unfinished of the connection.
};

const std::vector<Pair> &beginnings()
{
    static const std::vector<Pair> all = {
        {"a ticket", [](Store &) { return std::int64_t{0}; },
         [](StoreWriter &writer, std::int64_t) { psa::service::insertTicket(writer, sampleTicket("acme", "R1")); }},
        {"a note", [](Store &store) { return ticketIn(store, TicketState::done, "acme", "R1"); },
         [](StoreWriter &writer, std::int64_t id) { addNote(writer, id); }},
        {"another try", [](Store &store) { return ticketIn(store, TicketState::dead, "acme", "R1"); },
         [](StoreWriter &writer, std::int64_t id) {
             if (!writer.connection("acme"))
                 throw StoreError(StoreError::Kind::notFound, "there is no connection \"acme\"");
             StoredTicket ticket = writer.ticketRow(id).value();
             retry(ticket, false, writer.now());
             writer.saveTicket(ticket);
         }}};
    return all;
}

} // namespace

TEST_CASE("what begins on one host while another one removes its connection is refused, or the removal is",
          "[store][postgres]")
{
    const Pair &pair = beginnings().at(GENERATE(0U, 1U, 2U));
    CAPTURE(pair.name);
    TwoHosts hosts;
    addConnections(*hosts.one, {"acme"});
    const std::int64_t id = pair.prepare(*hosts.one);
    const Work begin = [&](StoreWriter &writer) { pair.begins(writer, id); };
    SECTION("the removal comes between")
    {
        CHECK_THAT(overtaken(*hosts.one, begin, [&] { REQUIRE(outcomeOf(*hosts.other, removeAcme).empty()); }),
                   Catch::Contains("connection"));
        CHECK_FALSE(hosts.one->read([](const StoreReader &reader) { return reader.connection("acme"); }));
    }
    SECTION("the beginning comes between")
    {
        CHECK_THAT(overtaken(*hosts.other, removeAcme, [&] { REQUIRE(outcomeOf(*hosts.one, begin).empty()); }),
                   Catch::Contains("unfinished"));
        CHECK(hosts.one->read([](const StoreReader &reader) { return reader.connection("acme"); }));
    }
    SECTION("it begins while the removal is under way")
    {
        std::future<std::string> begun;
        Session watcher(hosts.uri);
        const std::string removed = outcomeOf(*hosts.other, [&](StoreWriter &writer) {
            removeAcme(writer);
            begun = std::async(std::launch::async, [&] { return outcomeOf(*hosts.one, begin); });
            watcher.await("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND database ="
                          " (SELECT oid FROM pg_database WHERE datname = current_database())");
        });
        CHECK(removed.empty());
        CHECK_THAT(begun.get(), Catch::Contains("connection"));
    }
    SECTION("the removal waits for what begins")
    {
        std::future<std::string> removed;
        Session watcher(hosts.uri);
        const std::string begun = outcomeOf(*hosts.one, [&](StoreWriter &writer) {
            begin(writer);
            writer.counts(); // what was written has been sent
            if (!removed.valid())
                removed = std::async(std::launch::async, [&] { return outcomeOf(*hosts.other, removeAcme); });
            watcher.await("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND database ="
                          " (SELECT oid FROM pg_database WHERE datname = current_database())");
        });
        CHECK(begun.empty());
        CHECK_THAT(removed.get(), Catch::Contains("unfinished"));
    }
}

TEST_CASE("tickets are added while the breakers of their connection change, without a collision", "[store][postgres]")
{
    TwoHosts hosts;
    addConnections(*hosts.one, {"acme"});
    int runs = 0;
    const auto add = [&](StoreWriter &writer) {
        ++runs;
        psa::service::insertTicket(writer, sampleTicket("acme", "R" + std::to_string(runs)));
    };
    CHECK(overtaken(*hosts.one, add, [&] {
              hosts.other->write([](StoreWriter &writer) { writer.setBreakers("acme", R"({"open":true})"); });
          }).empty());
    CHECK(runs == 1);
}

TEST_CASE("an episode that two hosts open at the same time is open once", "[store][postgres]")
{
    TwoHosts hosts;
    const auto open = [](StoreWriter &writer) {
        if (!writer.latestEpisode(1, "disk"))
            writer.addEpisode(sampleEpisode(writer.now()));
    };
    CHECK(overtaken(*hosts.one, open, [&] { REQUIRE(outcomeOf(*hosts.other, open).empty()); }).empty());
    Session session(hosts.uri);
    CHECK(session.value("SELECT count(*) FROM psa.episode") == "1");
}

TEST_CASE("customers that two hosts add at the same time are checked against each other", "[store][postgres]")
{
    TwoHosts hosts;
    const auto add = [](const std::string &name) {
        return [name](StoreWriter &writer) {
            StoredDefinition customer;
            customer.kind = DefinitionKind::customer;
            customer.name = name;
            customer.documentJson = "{}";
            writer.addDefinition(customer, "test");
            if (writer.definitions(DefinitionKind::customer).size() > 1)
                throw StoreError(StoreError::Kind::invalid, "two customers have the same name");
        };
    };
    CHECK(overtaken(*hosts.one, add("a"), [&] { REQUIRE(outcomeOf(*hosts.other, add("b")).empty()); }) ==
          "two customers have the same name");
}

TEST_CASE("a storm that two hosts begin at the same time has one ticket", "[store][postgres]")
{
    TwoHosts hosts;
    const auto begin = [](const std::string &key) {
        return [key](StoreWriter &writer) {
            if (writer.openStorm(5, "uid", "Acme"))
                throw StoreError(StoreError::Kind::invalid, "there is a storm");
            writer.beginStorm();
            StoredEpisode storm = sampleEpisode(writer.now(), key);
            storm.ruleId = 5;
            storm.connectionUid = "uid";
            storm.customerKey = "Acme";
            storm.isStorm = storm.ownsTicket = true;
            writer.addEpisode(storm);
        };
    };
    CHECK(overtaken(*hosts.one, begin("a"), [&] { REQUIRE(outcomeOf(*hosts.other, begin("b")).empty()); }) ==
          "there is a storm");
}

TEST_CASE("the first requests of a window that two hosts make at the same time are counted against each other",
          "[store][postgres]")
{
    TwoHosts hosts;
    const auto visit = [](StoreWriter &writer) {
        psa::net::BudgetSnapshot spent = writer.budgets();
        if (!spent.windows.empty())
            throw StoreError(StoreError::Kind::invalid, "nothing is left");
        const std::int64_t end =
            std::chrono::floor<std::chrono::milliseconds>(writer.now().time_since_epoch()).count() + 60000;
        spent.windows.push_back({"visitors psa", "requests", 3600s, {{end, 1}}});
        writer.saveBudgets(spent);
    };
    CHECK(overtaken(*hosts.one, visit, [&] { REQUIRE(outcomeOf(*hosts.other, visit).empty()); }) == "nothing is left");
}

TEST_CASE("a note on an old ticket is kept, or refused, when retention deletes the ticket meanwhile",
          "[store][postgres]")
{
    TwoHosts hosts;
    addConnections(*hosts.one, {"acme"});
    const std::int64_t id = ticketIn(*hosts.one, TicketState::done, "acme", "R1");
    const auto note = [&](StoreWriter &writer) { addNote(writer, id); };
    const auto tidy = [](StoreWriter &writer) { writer.deleteEndedTickets(writer.now() + 1h, 10); };
    SECTION("the ticket is deleted between")
    {
        CHECK_THAT(overtaken(*hosts.one, note, [&] { REQUIRE(outcomeOf(*hosts.other, tidy).empty()); }),
                   Catch::Contains("there is no ticket"));
    }
    SECTION("the note is added between")
    {
        CHECK(overtaken(*hosts.other, tidy, [&] { REQUIRE(outcomeOf(*hosts.one, note).empty()); }).empty());
        CHECK(get(*hosts.one, id).reference == "R1");
    }
}

TEST_CASE("a connection that two hosts change or remove at the same time is changed once", "[store][postgres]")
{
    TwoHosts hosts;
    addConnections(*hosts.one, {"acme"});
    const auto change = [](StoreWriter &writer) {
        StoredConnection next = writer.connection("acme").value();
        next.version = 1;
        writer.updateConnection(next);
    };
    CHECK_THAT(overtaken(*hosts.one, change, [&] { REQUIRE(outcomeOf(*hosts.other, change).empty()); }),
               Catch::Contains("was changed in the meantime"));
    const auto add = [](StoreWriter &writer) { writer.addConnection(sampleConnection("beta")); };
    CHECK_THAT(overtaken(*hosts.one, add, [&] { REQUIRE(outcomeOf(*hosts.other, add).empty()); }),
               Catch::Contains("there is a connection \"beta\" already"));
}
