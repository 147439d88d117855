// Notes and changes of tickets: what is stored, found, counted, recovered and deleted.
#include "host/connection/connections.h"
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <numeric>
#include <random>

using namespace psa::clock;
using namespace psa::connection;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

using References = std::vector<std::string>;

References referencesOf(const std::vector<StoredOperation> &operations)
{
    References references;
    for (const StoredOperation &each : operations)
        references.push_back(each.reference);
    return references;
}

References due(Store &store, ClaimFor purpose, std::size_t max = 9)
{
    return referencesOf(
        store.read([&](const StoreReader &reader) { return reader.dueOperations("acme", purpose, max); }));
}

ConnectionDue dueOf(Store &store)
{
    return store.read([&](const StoreReader &reader) { return reader.due("acme"); });
}

/// Checks everything that a store keeps of an operation.
void checkSame(const StoredOperation &found, const StoredOperation &wanted)
{
    CHECK(found.id == wanted.id);
    CHECK(found.kind == wanted.kind);
    CHECK(found.state == wanted.state);
    CHECK(found.reason == wanted.reason);
    CHECK(found.attempts == wanted.attempts);
    CHECK(found.fence == wanted.fence);
    CHECK(found.crashes == wanted.crashes);
    CHECK(found.created == wanted.created);
    CHECK(found.runBegan == wanted.runBegan);
    CHECK(found.changed == wanted.changed);
    CHECK(found.due == wanted.due);
    CHECK(found.openSince == wanted.openSince);
    CHECK(found.ended == wanted.ended);
    CHECK(found.damage.empty());
    CHECK(found.pluginBuild == wanted.pluginBuild);
    CHECK(found.ticketId == wanted.ticketId);
    CHECK(found.connection == wanted.connection);
    CHECK(found.key == wanted.key);
    CHECK(found.fingerprint == wanted.fingerprint);
    CHECK(found.reference == wanted.reference);
    CHECK(found.who == wanted.who);
    CHECK(found.intent == wanted.intent);
    CHECK(found.documentJson == wanted.documentJson);
    CHECK(found.ifUntouched == wanted.ifUntouched);
    CHECK(found.mergedInto == wanted.mergedInto);
    CHECK(found.result == wanted.result);
}

} // namespace

TEMPLATE_TEST_CASE("a note or change is stored completely, even after a restart", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    kind.clock->advance(1min);
    NewOperation request = sampleOperation("O1", "k", OperationKind::change);
    request.intent = "resolve";
    request.ifUntouched = true;
    request.documentJson = R"({"status":"größer \"5\" '%"})";
    StoredOperation wanted = addOperation(*kind.store, ticket, request);
    CHECK(wanted.id == 1);
    CHECK(wanted.connection == "acme");
    CHECK(wanted.state == TicketState::ready);
    CHECK(!wanted.due);
    CHECK(wanted.created == kind.clock->wallNow());
    CHECK(wanted.documentJson == request.documentJson);
    const Clock::Wall now = kind.clock->wallNow();
    wanted.state = TicketState::unknown;
    wanted.reason = {"crash", TestType::kept(std::string("a\0b", 3))};
    wanted.attempts = 3;
    wanted.fence = 7;
    wanted.crashes = 1;
    wanted.runBegan = now + 1s;
    wanted.changed = now + 2s;
    wanted.due = now + 3s;
    wanted.openSince = now + 4s;
    wanted.pluginBuild = "acme@1.0";
    wanted.mergedInto = 5;
    wanted.result = {"note 9", {"status", "queue"}, {"status was set back", "\"quoted\""}, true};
    kind.store->write([&](StoreWriter &writer) { writer.saveOperation(wanted); });
    kind.reopen();
    checkSame(operationOf(*kind.store, 1), wanted);
    checkSame(kind.store->read([&](const StoreReader &reader) { return reader.operationByKey(ticket, "k"); }).value(),
              wanted);
    wanted.state = TicketState::dead;
    wanted.due.reset();
    wanted.openSince.reset();
    wanted.ended = now + 5s;
    wanted.result = {};
    kind.store->write([&](StoreWriter &writer) { writer.saveOperation(wanted); });
    checkSame(operationOf(*kind.store, 1), wanted);
    CHECK(!kind.store->read([](const StoreReader &reader) { return reader.operation(2); }));
}

TEMPLATE_TEST_CASE("saving a note or change does not change what was asked for", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t other = ticketIn(*kind.store, TicketState::done, "beta", "R2");
    const StoredOperation added = addOperation(*kind.store, ticket, sampleOperation("O1", "k"));
    changeOperation(*kind.store, added.id, [&](StoredOperation &operation) {
        operation.connection = "beta";
        operation.kind = OperationKind::change;
        operation.key = "other";
        operation.fingerprint = operation.reference = operation.who = operation.intent = "other";
        operation.documentJson = "{}";
        operation.ifUntouched = true;
        operation.created += 1h;
    });
    checkSame(operationOf(*kind.store, added.id), added);
    CHECK(kind.store->read([&](const StoreReader &reader) { return reader.operationsOf(other); }).empty());
}

TEMPLATE_TEST_CASE("the notes and changes of a ticket are found in the order in which they came", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t first = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t second = ticketIn(*kind.store, TicketState::done, "acme", "R2");
    for (const auto &[ticket, reference] :
         {std::pair{first, "O9"}, {second, "O8"}, {first, "O7"}, {first, "O6"}, {second, "O5"}})
        addOperation(*kind.store, ticket, sampleOperation(reference));
    const auto of = [&](std::int64_t ticket) {
        return referencesOf(kind.store->read([&](const StoreReader &reader) { return reader.operationsOf(ticket); }));
    };
    CHECK(of(first) == References{"O9", "O7", "O6"});
    CHECK(of(second) == References{"O8", "O5"});
    CHECK(of(3).empty());
}

TEMPLATE_TEST_CASE("a key of a note counts for its ticket alone", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t first = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t second = ticketIn(*kind.store, TicketState::done, "acme", "R2");
    addOperation(*kind.store, first, sampleOperation("O1", "k"));
    addOperation(*kind.store, first, sampleOperation("O2"));
    addOperation(*kind.store, first, sampleOperation("O3"));
    addOperation(*kind.store, second, sampleOperation("O4", "k"));
    const auto byKey = [&](std::int64_t ticket, const char *key) -> std::string {
        const auto found =
            kind.store->read([&](const StoreReader &reader) { return reader.operationByKey(ticket, key); });
        return found ? found->reference : "none";
    };
    CHECK(byKey(first, "k") == "O1");
    CHECK(byKey(second, "k") == "O4");
    CHECK(byKey(first, "K") == "none");
    CHECK(byKey(first, "") == "none");
    CHECK(byKey(3, "k") == "none");
}

TEMPLATE_TEST_CASE("invalid values of a note are rejected by name, and nothing of it is stored", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    addOperation(*kind.store, ticket, sampleOperation("O1", "k"));
    const auto refusal = [&](std::int64_t of, const NewOperation &operation) {
        return storeErrorOf([&] {
            kind.store->write([&](StoreWriter &writer) {
                StoredTicket parent;
                parent.id = of;
                writer.addOperation(submitted(operation, parent, writer.now()));
            });
        });
    };
    CHECK(refusal(ticket, sampleOperation("O1")).kind == StoreError::Kind::conflict);
    CHECK_THAT(refusal(ticket, sampleOperation("O1")).what(), Catch::Contains("reference O1"));
    CHECK(refusal(ticket, sampleOperation("O2", "k")).kind == StoreError::Kind::conflict);
    CHECK_THAT(refusal(ticket, sampleOperation("O2", "k")).what(), Catch::Contains("key \"k\""));
    CHECK(refusal(ticket, sampleOperation("")).kind == StoreError::Kind::invalid);
    CHECK(refusal(ticket, sampleOperation(std::string(41, 'O'))).kind == StoreError::Kind::invalid);
    CHECK(refusal(ticket, sampleOperation("O2", std::string(256, 'k'))).kind == StoreError::Kind::invalid);
    CHECK(refusal(99, sampleOperation("O2")).kind == StoreError::Kind::notFound);
    CHECK_THAT(refusal(99, sampleOperation("O2")).what(), Catch::Contains("99"));
    addOperation(*kind.store, ticket, sampleOperation(std::string(40, 'O'), std::string(255, 'k')));
    CHECK(kind.store->read([&](const StoreReader &reader) { return reader.operationsOf(ticket); }).size() == 2);
    kind.store->write([](StoreWriter &writer) { writer.removeConnection("acme"); });
    CHECK(refusal(ticket, sampleOperation("O3")).kind == StoreError::Kind::notFound);
}

TEMPLATE_TEST_CASE("notes and changes whose turn has come are due, the longest due first", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t other = ticketIn(*kind.store, TicketState::done, "beta", "R2");
    const Clock::Wall start = kind.clock->wallNow();
    addOperation(*kind.store, ticket, sampleOperation("waits its turn"));
    const std::int64_t second = operationIn(*kind.store, TicketState::ready, ticket, "second");
    const std::int64_t first = operationIn(*kind.store, TicketState::ready, ticket, "first");
    const std::int64_t later = operationIn(*kind.store, TicketState::retryAt, ticket, "later");
    operationIn(*kind.store, TicketState::needsReview, ticket, "reviewed");
    operationIn(*kind.store, TicketState::ready, other, "of another connection");
    changeOperation(*kind.store, second, [&](StoredOperation &operation) { operation.due = start - 1s; });
    changeOperation(*kind.store, first, [&](StoredOperation &operation) { operation.due = start - 2s; });
    changeOperation(*kind.store, later, [&](StoredOperation &operation) { operation.due = start + 1s; });
    CHECK(due(*kind.store, ClaimFor::sending) == References{"first", "second"});
    CHECK(due(*kind.store, ClaimFor::sending, 1) == References{"first"});
    CHECK(due(*kind.store, ClaimFor::sending, 0).empty());
    CHECK(due(*kind.store, ClaimFor::reconciling).empty());
    kind.clock->advance(1s);
    CHECK(due(*kind.store, ClaimFor::sending) == References{"first", "second", "later"});
    const auto found =
        kind.store->read([](const StoreReader &r) { return r.dueOperations("acme", ClaimFor::sending, 1); });
    CHECK(found.at(0).documentJson == R"({"text":"first"})");
    CHECK(
        kind.store->read([](const StoreReader &r) { return r.dueOperations("nobody", ClaimFor::sending, 1); }).empty());
}

TEMPLATE_TEST_CASE("an open note is looked up and not sent, whatever its state", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t unknown = operationIn(*kind.store, TicketState::unknown, ticket, "unknown");
    const std::int64_t doubled = operationIn(*kind.store, TicketState::sending, ticket, "sent twice");
    operationIn(*kind.store, TicketState::done, ticket, "done");
    kind.store->write([&](StoreWriter &writer) {
        StoredOperation operation = writer.operation(doubled).value();
        OperationSettlement how;
        how.state = TicketState::done;
        how.open = true;
        how.due = writer.now() + 1min;
        REQUIRE(psa::ticket::settle(operation, operation.fence, how, writer.now()));
        CHECK(!operation.ended);
        writer.saveOperation(operation);
    });
    CHECK(due(*kind.store, ClaimFor::sending).empty());
    CHECK(due(*kind.store, ClaimFor::reconciling) == References{"unknown"});
    kind.clock->advance(1min);
    CHECK(due(*kind.store, ClaimFor::reconciling) == References{"unknown", "sent twice"});
    const auto toReconcile = [&](std::size_t max) {
        return kind.store->read([&](const StoreReader &reader) { return reader.operationsToReconcile("acme", max); });
    };
    CHECK(toReconcile(9).size() == 2);
    CHECK(toReconcile(1).size() == 1);
    for (const std::int64_t id : {unknown, doubled}) // claimed, but still open
        changeOperation(*kind.store, id, [&](StoredOperation &operation) {
            claim(operation, ClaimFor::reconciling, "acme@1.0", kind.clock->wallNow());
        });
    CHECK(due(*kind.store, ClaimFor::reconciling).empty());
    CHECK(toReconcile(9).size() == 2);
    changeOperation(*kind.store, doubled,
                    [&](StoredOperation &operation) { endReconciliation(operation, kind.clock->wallNow()); });
    CHECK(referencesOf(toReconcile(9)) == References{"unknown"});
}

TEMPLATE_TEST_CASE("held notes are found in the order of their tickets until they are released", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t older = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    kind.clock->advance(1s);
    const std::int64_t newer = ticketIn(*kind.store, TicketState::done, "acme", "R2");
    operationIn(*kind.store, TicketState::held, newer, "O1");
    const std::int64_t first = operationIn(*kind.store, TicketState::held, older, "O2");
    operationIn(*kind.store, TicketState::ready, older, "O3");
    const auto held = [&](std::size_t max) {
        return referencesOf(
            kind.store->read([&](const StoreReader &reader) { return reader.heldOperations("acme", max); }));
    };
    CHECK(held(9) == References{"O2", "O1"});
    CHECK(held(1) == References{"O2"});
    changeOperation(*kind.store, first, [&](StoredOperation &operation) { release(operation, kind.clock->wallNow()); });
    CHECK(held(9) == References{"O1"});
    CHECK(due(*kind.store, ClaimFor::sending) == References{"O2", "O3"});
}

TEMPLATE_TEST_CASE("a connection with only notes or watches to do says when", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const Clock::Wall start = kind.clock->wallNow();
    addOperation(*kind.store, ticket, sampleOperation("waits its turn"));
    CHECK(!dueOf(*kind.store).sending);
    CHECK(!dueOf(*kind.store).reconciling);
    CHECK(!dueOf(*kind.store).watching);
    const std::int64_t ready = operationIn(*kind.store, TicketState::ready, ticket, "O1");
    const std::int64_t unknown = operationIn(*kind.store, TicketState::unknown, ticket, "O2");
    changeOperation(*kind.store, ready, [&](StoredOperation &operation) { operation.due = start + 5s; });
    changeOperation(*kind.store, unknown, [&](StoredOperation &operation) { operation.due = start + 6s; });
    TicketWatch watch;
    watch.due = start + 7s;
    kind.store->write([&](StoreWriter &writer) { writer.saveWatch(ticket, watch); });
    CHECK(dueOf(*kind.store).sending == start + 5s);
    CHECK(dueOf(*kind.store).reconciling == start + 6s);
    CHECK(dueOf(*kind.store).watching == start + 7s);
    insert(*kind.store, sampleTicket("acme", "R2"));
    CHECK(dueOf(*kind.store).sending == start); // the earlier of both kinds
}

TEMPLATE_TEST_CASE("what was last read of a ticket is stored, and found when it is to be read again", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t first = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t second = ticketIn(*kind.store, TicketState::done, "acme", "R2");
    const Clock::Wall start = kind.clock->wallNow();
    const auto save = [&](std::int64_t ticket, const TicketWatch &watch) {
        kind.store->write([&](StoreWriter &writer) { writer.saveWatch(ticket, watch); });
    };
    const auto watchOf = [&](std::int64_t ticket) {
        return kind.store->read([&](const StoreReader &reader) { return reader.watch(ticket); });
    };
    const auto dueWatches = [&](std::size_t max) {
        return kind.store->read([&](const StoreReader &reader) { return reader.dueWatches("acme", max); });
    };
    CHECK(!watchOf(first));
    TicketWatch watch{"mark 4000", "Jane wrote a note", "5", "In Progress", true, "merged into 77", start + 2s, start};
    save(first, watch);
    TicketWatch sooner;
    sooner.due = start + 1s;
    save(second, sooner);
    kind.reopen();
    CHECK(watchOf(first) == watch);
    CHECK(watchOf(second) == sooner);
    CHECK(dueWatches(9).empty());
    kind.clock->advance(2s);
    CHECK(dueWatches(9) == std::vector{second, first});
    CHECK(dueWatches(1) == std::vector{second});
    watch = {};
    save(first, watch);
    CHECK(watchOf(first) == watch);
    CHECK(dueWatches(9) == std::vector{second});
    save(99, watch); // there is no such ticket
    CHECK(!watchOf(99));
}

TEMPLATE_TEST_CASE("a ticket shows which states its notes have, unless they are over", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t other = ticketIn(*kind.store, TicketState::done, "acme", "R2");
    int made = 0;
    for (const TicketState state : allTicketStates)
        for (int i = 0; i < 2; ++i)
            operationIn(*kind.store, state, ticket, "O" + std::to_string(++made));
    operationIn(*kind.store, TicketState::done, other, "O");
    const auto sorted = [](std::vector<TicketState> states) {
        std::sort(states.begin(), states.end());
        return states;
    };
    const std::vector wanted = {TicketState::ready,   TicketState::sending,     TicketState::retryAt, TicketState::held,
                                TicketState::unknown, TicketState::needsReview, TicketState::dead};
    CHECK(sorted(get(*kind.store, ticket).operationStates) == wanted);
    CHECK(get(*kind.store, other).operationStates.empty());
    const auto page = kind.store->read([](const StoreReader &reader) { return reader.listTickets({}); });
    REQUIRE(page.tickets.size() == 2);
    CHECK(page.tickets[0].operationStates.empty());
    CHECK(sorted(page.tickets[1].operationStates) == wanted);
    CHECK(
        kind.store->read([&](const StoreReader &reader) { return reader.ticketRow(ticket); })->operationStates.empty());
}

TEMPLATE_TEST_CASE("tickets are listed by the states of their notes as well, each once, in pages of any size",
                   "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    const auto make = [&](const char *connection, const char *reference, TicketState state,
                          const std::vector<TicketState> &operations) {
        kind.clock->advance(1s);
        const std::int64_t id = ticketIn(*kind.store, state, connection, reference);
        for (std::size_t i = 0; i < operations.size(); ++i)
            operationIn(*kind.store, operations[i], id, std::string(reference) + "-" + std::to_string(i));
    };
    make("acme", "R1", TicketState::done, {TicketState::needsReview, TicketState::needsReview, TicketState::dead});
    make("acme", "R2", TicketState::done, {TicketState::done});
    make("acme", "R3", TicketState::needsReview, {TicketState::needsReview});
    make("beta", "R4", TicketState::done, {TicketState::dead, TicketState::needsReview});
    make("acme", "R5", TicketState::dead, {});
    make("acme", "R6", TicketState::done, {});
    TicketQuery query;
    query.limit = GENERATE(1u, 2u, 3u, 100u);
    query.states = {TicketState::needsReview};
    CHECK(list(*kind.store, query) == References{"R3"});
    query.operationStates = {TicketState::needsReview};
    CHECK(list(*kind.store, query) == References{"R4", "R3", "R1"});
    query.operationStates = {TicketState::needsReview, TicketState::dead};
    CHECK(list(*kind.store, query) == References{"R4", "R3", "R1"});
    query.connection = "acme";
    CHECK(list(*kind.store, query) == References{"R3", "R1"});
    query.states.clear(); // the states of operations count only beside those of tickets
    CHECK(list(*kind.store, query) == References{"R6", "R5", "R3", "R2", "R1"});
    query = {};
    query.states = {TicketState::dead};
    query.operationStates = {TicketState::done};
    query.until = kind.clock->wallNow();
    CHECK(list(*kind.store, query) == References{"R5", "R2"});
    query.from = kind.clock->wallNow() - 1s;
    CHECK(list(*kind.store, query) == References{"R5"});
}

TEMPLATE_TEST_CASE("a ticket is found by its number in the PSA also for the states of its notes", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1"));
    auto how = settlement(TicketState::done);
    how.outcome = TicketOutcome{"4711", "T1", "", {}, false};
    const StoredTicket claimed = claimOne(*kind.store, "acme");
    REQUIRE(settle(*kind.store, claimed, how));
    TicketQuery query;
    query.psaTicket = "T1";
    query.states = {TicketState::needsReview};
    query.operationStates = {TicketState::needsReview};
    CHECK(list(*kind.store, query).empty());
    operationIn(*kind.store, TicketState::needsReview, claimed.id, "O1");
    CHECK(list(*kind.store, query) == References{"R1"});
}

TEMPLATE_TEST_CASE("notes and changes are counted by state through everything that happens to them", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"a", "b"});
    std::mt19937 random(5);
    std::vector<std::int64_t> tickets;
    for (int i = 0; i < 6; ++i)
        tickets.push_back(ticketIn(*kind.store, TicketState::done, i % 2 == 0 ? "a" : "b", "R" + std::to_string(i)));
    for (int step = 0; step < 200; ++step)
    {
        kind.clock->advance(1s);
        const auto state = static_cast<TicketState>(random() % ticketStateCount);
        operationIn(*kind.store, state, tickets[random() % 6], "O" + std::to_string(step));
        if (step % 50 == 49)
            deleteEnded(*kind.store, kind.clock->wallNow(), 1);
    }
    CHECK_THROWS(kind.store->write([&](StoreWriter &writer) { // rolled back
        writer.addOperation(submitted(sampleOperation("X"), writer.ticketRow(6).value(), writer.now()));
        throw std::runtime_error("no");
    }));
    kind.store->read([&](const StoreReader &reader) {
        for (const ConnectionCounts &of : reader.counts())
        {
            std::array<std::uint64_t, ticketStateCount> counted{};
            for (const std::int64_t ticket : tickets)
                for (const StoredOperation &each : reader.operationsOf(ticket))
                    if (each.connection == of.connection)
                        ++counted.at(static_cast<std::size_t>(each.state));
            CHECK(counted == of.operations);
            CHECK(std::accumulate(counted.begin(), counted.end(), std::uint64_t{0}) > 50);
            CHECK(of.in(TicketState::done) == 3);
        }
    });
}

TEMPLATE_TEST_CASE("a note that ends renews the age of its ticket, and both are deleted together", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const Clock::Wall start = kind.clock->wallNow();
    kind.clock->advance(10h);
    const std::int64_t first = operationIn(*kind.store, TicketState::done, ticket, "O1");
    kind.store->write([&](StoreWriter &writer) { writer.saveWatch(ticket, TicketWatch{}); });
    CHECK(get(*kind.store, ticket).ended == start + 10h);
    changeOperation(*kind.store, first, [&](StoredOperation &operation) { operation.ended = start + 1h; });
    CHECK(get(*kind.store, ticket).ended == start + 10h); // it does not move back
    CHECK(deleteEnded(*kind.store, start + 10h) == 0);
    CHECK(deleteEnded(*kind.store, start + 11h) == 1);
    kind.store->read([&](const StoreReader &reader) {
        CHECK(!reader.operation(first));
        CHECK(reader.operationsOf(ticket).empty());
        CHECK(!reader.watch(ticket));
    });
    const std::int64_t next = ticketIn(*kind.store, TicketState::done, "acme", "R2");
    CHECK(kind.store->read([](const StoreReader &reader) { return reader.counts(); }).at(0).operations ==
          ConnectionCounts().operations);
    CHECK(operationIn(*kind.store, TicketState::done, next, "O1") > first); // no id is used twice
}

TEMPLATE_TEST_CASE("a note that ends while its ticket has not ended leaves the ticket as it is", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::needsReview, "acme", "R1");
    operationIn(*kind.store, TicketState::cancelled, ticket, "O1");
    CHECK(!get(*kind.store, ticket).ended);
    CHECK(deleteEnded(*kind.store, kind.clock->wallNow() + 1000h) == 0);
}

TEMPLATE_TEST_CASE("a ticket with an unfinished note is not deleted, and does not keep others from it", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    std::vector<std::int64_t> kept;
    for (const TicketState state : {TicketState::ready, TicketState::sending, TicketState::retryAt, TicketState::held,
                                    TicketState::unknown, TicketState::needsReview})
    {
        const std::string name = toText(state);
        const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", name);
        kept.push_back(operationIn(*kind.store, state, ticket, "of " + name));
    }
    const std::int64_t waits = ticketIn(*kind.store, TicketState::done, "acme", "waits");
    addOperation(*kind.store, waits, sampleOperation("of waits"));
    const std::int64_t open = ticketIn(*kind.store, TicketState::done, "acme", "open");
    const std::int64_t sentTwice = operationIn(*kind.store, TicketState::unknown, open, "of open");
    changeOperation(*kind.store, sentTwice, [](StoredOperation &operation) { operation.state = TicketState::done; });
    kind.clock->advance(1s);
    for (const char *reference : {"R1", "R2", "R3"})
        operationIn(*kind.store, TicketState::dead, ticketIn(*kind.store, TicketState::done, "acme", reference),
                    std::string("of ") + reference);
    const Clock::Wall later = kind.clock->wallNow() + 24h * 1000;
    CHECK(deleteEnded(*kind.store, later, 2) == 2);
    CHECK(deleteEnded(*kind.store, later, 2) == 1);
    CHECK(deleteEnded(*kind.store, later, 2) == 0);
    CHECK(list(*kind.store, {}).size() == kept.size() + 2);
    kind.store->write([&](StoreWriter &writer) {
        StoredOperation operation = writer.operation(kept.back()).value();
        discard(operation, {"discarded", ""}, writer.now());
        writer.saveOperation(operation);
    });
    CHECK(deleteEnded(*kind.store, later) == 1);
}

TEMPLATE_TEST_CASE("a note that was being sent when the process ended is unknown, and an interrupted lookup is due",
                   "[store]", OWN_STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t other = ticketIn(*kind.store, TicketState::done, "beta", "R2");
    const std::int64_t sending = operationIn(*kind.store, TicketState::sending, ticket, "O1");
    const std::int64_t elsewhere = operationIn(*kind.store, TicketState::sending, other, "O2");
    const std::int64_t looked = operationIn(*kind.store, TicketState::unknown, ticket, "O3");
    const std::int64_t ready = operationIn(*kind.store, TicketState::ready, ticket, "O4");
    const std::int64_t waits = addOperation(*kind.store, ticket, sampleOperation("O5")).id;
    ticketIn(*kind.store, TicketState::sending, "acme", "R3");
    changeOperation(*kind.store, looked, [&](StoredOperation &operation) {
        claim(operation, ClaimFor::reconciling, "acme@1.0", kind.clock->wallNow());
    });
    const StoredOperation before = operationOf(*kind.store, sending);
    kind.clock->advance(1min);
    kind.reopen();
    CHECK(kind.store->openReport().madeUnknown == 3);
    const StoredOperation after = operationOf(*kind.store, sending);
    CHECK(after.state == TicketState::unknown);
    CHECK(after.reason.code == "crash");
    CHECK(after.openSince == kind.clock->wallNow());
    CHECK(after.due == kind.clock->wallNow());
    CHECK(after.fence > before.fence);
    CHECK(after.attempts == 1);
    CHECK(operationOf(*kind.store, elsewhere).state == TicketState::unknown);
    CHECK(operationOf(*kind.store, looked).due == kind.clock->wallNow());
    CHECK(operationOf(*kind.store, ready).state == TicketState::ready);
    CHECK(operationOf(*kind.store, waits).state == TicketState::ready);
    CHECK(!operationOf(*kind.store, waits).due);
}

TEMPLATE_TEST_CASE("whoever waits for a ticket is told of changes to its notes", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::needsReview, "acme", "R2");
    std::vector<std::int64_t> told;
    kind.store->onChange([&](const StoreChange &change) { told = change.tickets; });
    const auto lastTold = [&] { return std::exchange(told, {}); };
    const std::int64_t id = addOperation(*kind.store, ticket, sampleOperation("O1")).id;
    CHECK_THAT(lastTold(), Catch::VectorContains(ticket));
    changeOperation(*kind.store, id, [](StoredOperation &operation) { operation.state = TicketState::needsReview; });
    CHECK_THAT(lastTold(), Catch::VectorContains(ticket) && !Catch::VectorContains(std::int64_t{1}));
    kind.store->write([&](StoreWriter &writer) { writer.saveWatch(ticket, TicketWatch{}); });
    CHECK_THAT(lastTold(), Catch::VectorContains(ticket));
    kind.store->onChange(nullptr);
}

TEMPLATE_TEST_CASE("a connection is not removed while a note of it is unfinished; open ones are not looked up any more",
                   "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t ticket = ticketIn(*kind.store, TicketState::done, "acme", "R1");
    const std::int64_t waits = addOperation(*kind.store, ticket, sampleOperation("O1")).id;
    const std::int64_t open = operationIn(*kind.store, TicketState::unknown, ticket, "O2");
    changeOperation(*kind.store, open, [](StoredOperation &operation) { operation.state = TicketState::dead; });
    const auto remove = [&] { kind.store->write([](StoreWriter &writer) { removeConnection(writer, "acme"); }); };
    const StoreError refused = storeErrorOf(remove);
    CHECK(refused.kind == StoreError::Kind::notAllowed);
    CHECK_THAT(refused.what(), Catch::Contains("notes or changes"));
    changeOperation(*kind.store, waits, [&](StoredOperation &operation) {
        discard(operation, {"discarded", ""}, kind.clock->wallNow());
    });
    remove();
    CHECK(operationOf(*kind.store, open).ended == kind.clock->wallNow());
    CHECK(!operationOf(*kind.store, open).openSince);
    CHECK(operationOf(*kind.store, open).connection == "acme");
}
