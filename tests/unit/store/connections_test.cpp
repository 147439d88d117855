// Connections as they are stored.
#include "host/connection/connections.h"
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::connection;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

std::optional<StoredConnection> connectionOf(Store &store, const std::string &name)
{
    return store.read([&](const StoreReader &reader) { return reader.connection(name); });
}

} // namespace

TEMPLATE_TEST_CASE("a connection is stored completely, even after a restart", "[store]", STORE_KINDS)
{
    TestType kind;
    const StoredConnection connection = sampleConnection("acme");
    const StoredConnection added =
        kind.store->write([&](StoreWriter &writer) { return writer.addConnection(connection); });
    CHECK(added.version == 1);
    kind.reopen();
    const auto found = connectionOf(*kind.store, "acme");
    REQUIRE(found);
    CHECK(found->plugin == connection.plugin);
    CHECK(found->configurationJson == connection.configurationJson);
    CHECK(found->defaultsJson == connection.defaultsJson);
    CHECK(found->updatesJson == connection.updatesJson);
    CHECK(found->sealed == connection.sealed);
    CHECK(found->sealedDataKey == connection.sealedDataKey);
    CHECK(found->keyId == "k1");
    CHECK(found->uid == "uid of acme");
    CHECK(found->secretsVersion == 2);
    CHECK(found->breakerJson.empty());
    CHECK(found->version == 1);
    CHECK(found->created == kind.clock->wallNow());
    CHECK(!connectionOf(*kind.store, "Acme"));
}

TEMPLATE_TEST_CASE("connections are listed by name", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"zeta", "acme", "beta"});
    std::string names;
    for (const StoredConnection &each :
         kind.store->read([](const StoreReader &reader) { return reader.connections(); }))
    {
        names += each.name + " ";
        CHECK(each.sealed.size() == 2);
    }
    CHECK(names == "acme beta zeta ");
}

TEMPLATE_TEST_CASE("a change increments the version, and one based on an old version is rejected", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    StoredConnection change = connectionOf(*kind.store, "acme").value();
    change.sealed = {{"password", "new"}};
    change.plugin = "acme@2.0";
    change.updatesJson = R"({"notes":"internal"})";
    kind.clock->advance(1h);
    const auto update = [&](const StoredConnection &to) {
        return kind.store->write([&](StoreWriter &writer) { return writer.updateConnection(to); });
    };
    const StoredConnection updated = update(change);
    CHECK(updated.version == 2);
    CHECK(updated.changed == updated.created + 1h);
    const auto found = connectionOf(*kind.store, "acme").value();
    CHECK(found.sealed == change.sealed);
    CHECK(found.plugin == "acme@2.0");
    CHECK(found.updatesJson == change.updatesJson);
    const StoreError stale = storeErrorOf([&] { update(change); });
    CHECK(stale.kind == StoreError::Kind::conflict);
    CHECK_THAT(stale.what(), Catch::Contains("version 2, not 1"));
    change.name = "nobody";
    CHECK(storeErrorOf([&] { update(change); }).kind == StoreError::Kind::notFound);
}

TEMPLATE_TEST_CASE("breakers are stored without a new version, and survive a change of the connection", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    StoredConnection change = connectionOf(*kind.store, "acme").value();
    kind.store->write([](StoreWriter &writer) { writer.setBreakers("acme", R"({"auth":"open"})"); });
    kind.store->write([&](StoreWriter &writer) { writer.updateConnection(change); });
    kind.reopen();
    CHECK(connectionOf(*kind.store, "acme")->breakerJson == R"({"auth":"open"})");
    CHECK(connectionOf(*kind.store, "acme")->version == 2);
    CHECK(storeErrorOf([&] {
              kind.store->write([](StoreWriter &writer) { writer.setBreakers("nobody", ""); });
          }).kind == StoreError::Kind::notFound);
}

TEMPLATE_TEST_CASE("a name is used once, and has 1 to 100 bytes", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const auto refusal = [&](const std::string &name) {
        return storeErrorOf([&] { addConnections(*kind.store, {name}); }).kind;
    };
    CHECK(refusal("acme") == StoreError::Kind::conflict);
    CHECK(refusal("") == StoreError::Kind::invalid);
    CHECK(refusal(std::string(101, 'n')) == StoreError::Kind::invalid);
    addConnections(*kind.store, {std::string(100, 'n')});
}

TEMPLATE_TEST_CASE("a connection is removed only when none of its tickets waits, and its secrets go with it", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t done = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t open = ticketIn(*kind.store, TicketState::needsReview, "acme", "R2");
    const auto remove = [&] { kind.store->write([](StoreWriter &writer) { removeConnection(writer, "acme"); }); };
    const StoreError refused = storeErrorOf(remove);
    CHECK(refused.kind == StoreError::Kind::notAllowed);
    CHECK_THAT(refused.what(), Catch::Contains("acme"));
    kind.store->write([&](StoreWriter &writer) { discardTicket(writer, open, {}); });
    remove();
    CHECK(!connectionOf(*kind.store, "acme"));
    CHECK(kind.store->read([](const StoreReader &reader) { return reader.connections(); }).empty());
    CHECK(storeErrorOf(remove).kind == StoreError::Kind::notFound);
    CHECK(storeErrorOf([&] { insert(*kind.store, sampleTicket("acme", "R3")); }).kind == StoreError::Kind::notFound);
    CHECK(get(*kind.store, done).connection == "acme");
}

TEMPLATE_TEST_CASE("a connection that is added again has its tickets and keys, and nothing else", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1", "k", "f"));
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), settlement(TicketState::done)));
    kind.store->write([](StoreWriter &writer) {
        writer.setBreakers("acme", "{}");
        writer.removeConnection("acme");
    });
    StoredConnection again;
    again.name = "acme";
    again.plugin = "other";
    CHECK(kind.store->write([&](StoreWriter &writer) { return writer.addConnection(again); }).version == 2);
    CHECK(connectionOf(*kind.store, "acme")->sealed.empty());
    CHECK(connectionOf(*kind.store, "acme")->updatesJson.empty());
    CHECK(connectionOf(*kind.store, "acme")->breakerJson.empty());
    CHECK(insert(*kind.store, sampleTicket("acme", "R2", "k", "f")).kind == TicketInsertion::Kind::duplicate);
}
