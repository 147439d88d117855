// Intake of tickets: what is stored, keys and references.
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;

TEMPLATE_TEST_CASE("a ticket is stored completely, even after a restart", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    NewTicket request = sampleTicket("acme", "REF-1", "alert-7", "fp");
    request.warnings = {"no \"company\"", "clipped"};
    const Clock::Wall now = kind.clock->wallNow();
    const TicketInsertion inserted = insert(*kind.store, request);
    CHECK(inserted.kind == TicketInsertion::Kind::inserted);
    CHECK(inserted.ticket.id == 1);
    kind.reopen();
    const StoredTicket ticket = get(*kind.store, inserted.ticket.id);
    CHECK(ticket.connection == "acme");
    CHECK(ticket.reference == "REF-1");
    CHECK(ticket.key == "alert-7");
    CHECK(ticket.fingerprint == "fp");
    CHECK(ticket.state == TicketState::ready);
    CHECK(ticket.attempts == 0);
    CHECK(ticket.created == now);
    CHECK(ticket.runBegan == now);
    CHECK(ticket.due == now);
    CHECK(!ticket.ended);
    CHECK(!ticket.openSince);
    CHECK(ticket.outcome.warnings == std::vector<std::string>{"no \"company\"", "clipped"});
    CHECK(ticket.requestJson == R"({"request":"REF-1"})");
    CHECK(ticket.ticketJson == R"({"ticket":"REF-1"})");
}

TEMPLATE_TEST_CASE("a ticket is found by id, reference and key", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    insert(*kind.store, sampleTicket("acme", "R1", "k", "f"));
    insert(*kind.store, sampleTicket("beta", "R2", "k", "f"));
    kind.store->read([](const StoreReader &reader) {
        CHECK(reader.ticketByReference("R2")->connection == "beta");
        CHECK(reader.ticketByReference("R2")->ticketJson == R"({"ticket":"R2"})");
        CHECK(reader.ticketByKey("acme", "k")->reference == "R1");
        CHECK(reader.ticketByKey("beta", "k")->reference == "R2");
        CHECK(!reader.ticketByKey("beta", "K"));
        CHECK(!reader.ticketByKey("nobody", "k"));
        CHECK(!reader.ticketByReference("R3"));
        CHECK(!reader.ticket(3));
    });
}

TEMPLATE_TEST_CASE("the same key and payload give the same ticket, and another payload is rejected", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const TicketInsertion first = insert(*kind.store, sampleTicket("acme", "R1", "k", "f"));
    if (GENERATE(false, true))
        kind.reopen();
    const TicketInsertion again = insert(*kind.store, sampleTicket("acme", "R2", "k", "f"));
    CHECK(again.kind == TicketInsertion::Kind::duplicate);
    CHECK(again.ticket.id == first.ticket.id);
    CHECK(again.ticket.reference == "R1");
    const TicketInsertion other = insert(*kind.store, sampleTicket("acme", "R3", "k", "g"));
    CHECK(other.kind == TicketInsertion::Kind::otherPayload);
    CHECK(other.ticket.id == first.ticket.id);
    CHECK(kind.store->read([](const StoreReader &reader) { return reader.listTickets({}); }).tickets.size() == 1);
}

TEMPLATE_TEST_CASE("a key counts within its transaction, but not after a rollback", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    CHECK_THROWS_AS(kind.store->write([](StoreWriter &writer) {
        CHECK(insertTicket(writer, sampleTicket("acme", "R1", "k", "f")).kind == TicketInsertion::Kind::inserted);
        CHECK(insertTicket(writer, sampleTicket("acme", "R2", "k", "f")).kind == TicketInsertion::Kind::duplicate);
        throw std::runtime_error("changed my mind");
    }),
                    std::runtime_error);
    CHECK(insert(*kind.store, sampleTicket("acme", "R3")).kind == TicketInsertion::Kind::inserted);
    CHECK(insert(*kind.store, sampleTicket("acme", "R4", "k", "g")).kind == TicketInsertion::Kind::inserted);
}

TEMPLATE_TEST_CASE("a ticket that is to be looked up first is found for that, and a key can be given to a new request",
                   "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    NewTicket request = sampleTicket("acme", "R1", "k", "f");
    request.state = TicketState::held;
    request.verifyFirst = true;
    const auto submit = [&] {
        return kind.store->write([&](StoreWriter &writer) { return insertTicket(writer, request, true); });
    };
    const auto due = [&](ClaimFor purpose) {
        return kind.store->read([&](const StoreReader &reader) { return reader.dueTickets("acme", purpose, 9); });
    };
    const std::int64_t id = submit().ticket.id;
    REQUIRE(due(ClaimFor::reconciling).size() == 1);
    CHECK(due(ClaimFor::sending).empty());
    CHECK(submit().kind == TicketInsertion::Kind::duplicate); // the PSA may have it
    kind.store->write([&](StoreWriter &writer) { discardTicket(writer, id, {"unavailable", ""}); });
    CHECK(due(ClaimFor::reconciling).empty());
    request.requestJson = R"({"title":"corrected"})";
    const TicketInsertion again = submit();
    CHECK(again.kind == TicketInsertion::Kind::inserted);
    CHECK(again.ticket.id == id);
    REQUIRE(due(ClaimFor::reconciling).size() == 1);
    CHECK(due(ClaimFor::reconciling).front().requestJson == request.requestJson);
}

TEMPLATE_TEST_CASE("tickets without a key are never the same", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    CHECK(insert(*kind.store, sampleTicket("acme", "R1", "", "f")).kind == TicketInsertion::Kind::inserted);
    CHECK(insert(*kind.store, sampleTicket("acme", "R2", "", "f")).kind == TicketInsertion::Kind::inserted);
}

TEMPLATE_TEST_CASE("thousands of keys are each found", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    constexpr int count = 5000;
    kind.store->write([](StoreWriter &writer) {
        for (int i = 0; i < count; ++i)
            insertTicket(writer, sampleTicket("acme", "R" + std::to_string(i), "key " + std::to_string(i), "f"));
    });
    if (GENERATE(false, true))
        kind.reopen();
    kind.store->read([](const StoreReader &reader) {
        for (int i = 0; i < count; ++i)
            REQUIRE(reader.ticketByKey("acme", "key " + std::to_string(i))->reference == "R" + std::to_string(i));
        CHECK(!reader.ticketByKey("acme", "key 5000"));
    });
}

TEMPLATE_TEST_CASE("invalid values of a ticket are rejected by name", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1"));
    const auto refusal = [&](const NewTicket &ticket) { return storeErrorOf([&] { insert(*kind.store, ticket); }); };
    CHECK(refusal(sampleTicket("acme", "R1")).kind == StoreError::Kind::conflict);
    CHECK_THAT(refusal(sampleTicket("acme", "R1")).what(), Catch::Contains("R1"));
    CHECK(refusal(sampleTicket("nobody", "R2")).kind == StoreError::Kind::notFound);
    CHECK_THAT(refusal(sampleTicket("nobody", "R2")).what(), Catch::Contains("nobody"));
    CHECK(refusal(sampleTicket("acme", "")).kind == StoreError::Kind::invalid);
    CHECK(refusal(sampleTicket("acme", std::string(41, 'R'))).kind == StoreError::Kind::invalid);
    CHECK(refusal(sampleTicket("acme", "R2", std::string(256, 'k'))).kind == StoreError::Kind::invalid);
    CHECK(insert(*kind.store, sampleTicket("acme", std::string(40, 'R'), std::string(255, 'k'))).ticket.id > 1);
}

TEMPLATE_TEST_CASE("a ticket may be submitted as needing review, and is then not sent", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    NewTicket unmapped = sampleTicket("acme", "R1");
    unmapped.state = TicketState::needsReview;
    unmapped.reason = {"company", "the company \"Nord\" fits two"};
    const StoredTicket ticket = insert(*kind.store, unmapped).ticket;
    CHECK(ticket.state == TicketState::needsReview);
    CHECK(!ticket.due);
    CHECK(get(*kind.store, ticket.id).reason == unmapped.reason);
    CHECK(claim(*kind.store, "acme", 9).empty());
}

TEMPLATE_TEST_CASE("any bytes are returned unchanged", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    NewTicket ticket = sampleTicket("acme", "R1", "schl\xC3\xBCssel ' \" %");
    ticket.requestJson = std::string("{\"a\":\"\0\xE2\x82\xAC\"}", 13);
    ticket.ticketJson = std::string(300000, 'x');
    const std::int64_t id = insert(*kind.store, ticket).ticket.id;
    CHECK(get(*kind.store, id).requestJson == TestType::kept(ticket.requestJson));
    CHECK(get(*kind.store, id).ticketJson == ticket.ticketJson);
    CHECK(get(*kind.store, id).key == ticket.key);
}
