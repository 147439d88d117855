// Lists, counts and retention of tickets.
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <random>

using namespace psa::clock;
using namespace psa::delivery;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

using References = std::vector<std::string>;

} // namespace

TEMPLATE_TEST_CASE("tickets are listed newest first, by state, connection and time", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    const Clock::Wall start = kind.clock->wallNow();
    ticketIn(*kind.store, TicketState::done, "acme", "R0");
    kind.clock->advance(1min);
    ticketIn(*kind.store, TicketState::dead, "beta", "R1");
    kind.clock->advance(1min);
    ticketIn(*kind.store, TicketState::needsReview, "acme", "R2");
    ticketIn(*kind.store, TicketState::done, "acme", "R3"); // at the same time as R2
    kind.clock->advance(1min);
    ticketIn(*kind.store, TicketState::ready, "beta", "R4");

    TicketQuery query;
    CHECK(list(*kind.store, query) == References{"R4", "R3", "R2", "R1", "R0"});
    query.states = {TicketState::done, TicketState::dead};
    CHECK(list(*kind.store, query) == References{"R3", "R1", "R0"});
    query.connection = "acme";
    CHECK(list(*kind.store, query) == References{"R3", "R0"});
    query.states = {};
    CHECK(list(*kind.store, query) == References{"R3", "R2", "R0"});
    query.connection = "nobody";
    CHECK(list(*kind.store, query).empty());

    query = {};
    query.from = start + 1min;
    CHECK(list(*kind.store, query) == References{"R4", "R3", "R2", "R1"});
    query.until = start + 2min;
    CHECK(list(*kind.store, query) == References{"R1"});
    query.from.reset();
    CHECK(list(*kind.store, query) == References{"R1", "R0"});
}

TEMPLATE_TEST_CASE("a list has the title of each request, where it has one", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    for (const std::string request : {R"({"title":"Größe \"5\"","description":"x"})", "{}", ""})
    {
        NewTicket ticket = sampleTicket("acme", "R" + std::to_string(request.size()));
        ticket.requestJson = request;
        insert(*kind.store, ticket);
    }
    const TicketPage page = kind.store->read([](const StoreReader &reader) { return reader.listTickets({}); });
    REQUIRE(page.tickets.size() == 3);
    CHECK(page.tickets[0].title.empty());
    CHECK(page.tickets[1].title.empty());
    CHECK(page.tickets[2].title == "Größe \"5\"");
    CHECK(page.tickets[2].requestJson.empty());
}

TEMPLATE_TEST_CASE("a list in pages has each ticket once, whatever the size of a page", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"a", "b", "c"});
    std::mt19937 random(7);
    References all;
    for (int i = 0; i < 60; ++i)
    {
        if (random() % 3 == 0) // many have the same time
            kind.clock->advance(1ms);
        const auto state = static_cast<TicketState>(random() % ticketStateCount);
        const std::string connection(1, static_cast<char>('a' + random() % 3));
        const std::string reference = "R" + std::to_string(i);
        kind.store->write([&](StoreWriter &writer) { // the claimed one may be a ticket that was ready before
            insertTicket(writer, sampleTicket(connection, reference));
            if (state == TicketState::ready)
                return;
            const StoredTicket claimed = claimTickets(writer, {connection, ClaimFor::sending, 1, ""}).at(0);
            if (state != TicketState::sending)
                CHECK(settleTicket(writer, claimed.id, claimed.fence, settlement(state)));
        });
        all.insert(all.begin(), reference);
    }
    const std::size_t limit = GENERATE(1u, 2u, 7u, 59u, 60u, 61u, 1000u);
    TicketQuery query;
    query.limit = limit;
    CHECK(list(*kind.store, query) == all);
}

TEMPLATE_TEST_CASE("a page does not shift when tickets are added meanwhile", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    for (const char *reference : {"R1", "R2", "R3"})
        insert(*kind.store, sampleTicket("acme", reference));
    TicketQuery query;
    query.limit = 2;
    const TicketPage first = kind.store->read([&](const StoreReader &reader) { return reader.listTickets(query); });
    insert(*kind.store, sampleTicket("acme", "R4"));
    query.cursor = first.next;
    CHECK(list(*kind.store, query) == References{"R1"});
}

TEMPLATE_TEST_CASE("a list has no documents, and rejects what is not a cursor or not a size", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, sampleTicket("acme", "R1"));
    const auto page = [&](const TicketQuery &query) {
        return kind.store->read([&](const StoreReader &reader) { return reader.listTickets(query); });
    };
    CHECK(page({}).tickets.at(0).requestJson.empty());
    CHECK(page({}).tickets.at(0).ticketJson.empty());
    TicketQuery query;
    for (const char *bad : {"x", "1", "1-", "-1", "1-2-3", "1-2 ", "99999999999999999999-1"})
    {
        query.cursor = bad;
        CHECK(storeErrorOf([&] { page(query); }).kind == StoreError::Kind::invalid);
    }
    query.cursor = "";
    for (const std::size_t bad : {0u, 1001u})
    {
        query.limit = bad;
        CHECK_THAT(storeErrorOf([&] { page(query); }).what(), Catch::Contains(std::to_string(bad)));
    }
}

TEMPLATE_TEST_CASE("tickets are counted by state, with the age of the oldest that has not ended", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta", "empty"});
    const Clock::Wall start = kind.clock->wallNow();
    ticketIn(*kind.store, TicketState::done, "acme", "R0");
    kind.clock->advance(1min);
    ticketIn(*kind.store, TicketState::held, "acme", "R1");
    kind.clock->advance(1min);
    ticketIn(*kind.store, TicketState::ready, "acme", "R2");
    insert(*kind.store, sampleTicket("acme", "R3"));
    ticketIn(*kind.store, TicketState::dead, "beta", "B0");
    CHECK_THROWS(kind.store->write([](StoreWriter &writer) { // rolled back
        insertTicket(writer, sampleTicket("acme", "R9"));
        throw std::runtime_error("no");
    }));
    kind.reopen();
    const auto counts = kind.store->read([](const StoreReader &reader) { return reader.counts(); });
    REQUIRE(counts.size() == 2);
    CHECK(counts[0].connection == "acme");
    CHECK(counts[0].perState == std::array<std::uint64_t, ticketStateCount>{2, 0, 0, 1, 0, 0, 1, 0, 0});
    CHECK(counts[0].oldestOpen == start + 1min);
    CHECK(counts[1].perState == std::array<std::uint64_t, ticketStateCount>{0, 0, 0, 0, 0, 0, 0, 1, 0});
    CHECK(!counts[1].oldestOpen);
}

TEMPLATE_TEST_CASE("counts stay true through everything that happens to tickets", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"a", "b"});
    std::mt19937 random(3);
    int made = 0;
    for (int step = 0; step < 600; ++step)
    {
        const std::string connection = random() % 2 == 0 ? "a" : "b";
        const auto id = static_cast<std::int64_t>(random() % 100 + 1);
        kind.clock->advance(1s);
        try
        {
            kind.store->write([&](StoreWriter &writer) {
                switch (random() % 7)
                {
                case 0:
                case 1:
                    insertTicket(writer, sampleTicket(connection, "R" + std::to_string(++made)));
                    break;
                case 2:
                case 3:
                    for (const auto &each : claimTickets(writer, {connection, ClaimFor::sending, random() % 4, ""}))
                        CHECK(settleTicket(writer, each.id, each.fence,
                                           settlement(static_cast<TicketState>(2 + random() % 7))));
                    break;
                case 4:
                    retryTicket(writer, id, random() % 2 == 0);
                    break;
                case 5:
                    discardTicket(writer, id, {});
                    break;
                default:
                    writer.deleteEndedTickets(kind.clock->wallNow() - 300s, 5);
                }
                if (random() % 5 == 0)
                    throw StoreError(StoreError::Kind::invalid, "undone");
            });
        }
        catch (const std::runtime_error &)
        {
        }
    }
    const auto counts = kind.store->read([](const StoreReader &reader) { return reader.counts(); });
    REQUIRE(counts.size() == 2);
    std::size_t total = 0;
    for (const ConnectionCounts &of : counts)
        for (std::size_t i = 0; i < ticketStateCount; ++i)
        {
            TicketQuery query;
            query.connection = of.connection;
            query.states = {static_cast<TicketState>(i)};
            CHECK(list(*kind.store, query).size() == of.perState[i]);
            total += of.perState[i];
        }
    CHECK(total > 50);
    CHECK(list(*kind.store, {}).size() == total);
}

TEMPLATE_TEST_CASE("finished tickets are deleted by age, oldest first, a limited number at a time", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const Clock::Wall start = kind.clock->wallNow();
    ticketIn(*kind.store, TicketState::needsReview, "acme", "open");
    std::vector<std::int64_t> ids;
    for (const auto &[state, reference] :
         {std::pair{TicketState::done, "R1"}, {TicketState::dead, "R2"}, {TicketState::cancelled, "R3"}})
    {
        kind.clock->advance(1h);
        ids.push_back(ticketIn(*kind.store, state, "acme", reference));
    }
    CHECK(deleteEnded(*kind.store, start + 1h) == 0); // R1 ended at that time, not before
    CHECK(deleteEnded(*kind.store, start + 3h, 1) == 1);
    CHECK(list(*kind.store, {}) == References{"R3", "R2", "open"});
    CHECK(deleteEnded(*kind.store, start + 3h) == 1);
    CHECK(deleteEnded(*kind.store, start + 99h) == 1);
    CHECK(list(*kind.store, {}) == References{"open"});
    CHECK(!kind.store->read([&](const StoreReader &reader) { return reader.ticket(ids[0]); }));
    CHECK(insert(*kind.store, sampleTicket("acme", "R4")).ticket.id > ids.back()); // no id is used twice
}

TEMPLATE_TEST_CASE("a key is kept for 30 days after the end of its ticket", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::int64_t id = insert(*kind.store, sampleTicket("acme", "R1", "k", "f")).ticket.id;
    kind.clock->advance(24h * 5);
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), settlement(TicketState::done)));
    kind.clock->advance(24h * 30);
    CHECK(deleteEnded(*kind.store, kind.clock->wallNow()) == 0);
    CHECK(insert(*kind.store, sampleTicket("acme", "R2", "k", "f")).ticket.id == id);
    kind.clock->advance(1ms);
    CHECK(deleteEnded(*kind.store, kind.clock->wallNow()) == 1);
    if (GENERATE(false, true))
        kind.reopen();
    CHECK(insert(*kind.store, sampleTicket("acme", "R2", "k", "g")).kind == TicketInsertion::Kind::inserted);
    CHECK(kind.store->read([](const StoreReader &reader) { return reader.ticketByKey("acme", "k"); })->reference ==
          "R2");
}

TEMPLATE_TEST_CASE("the keys of the rest are found after most were deleted", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    kind.store->write([](StoreWriter &writer) {
        for (int i = 0; i < 100; ++i)
            insertTicket(writer, sampleTicket("acme", "R" + std::to_string(i), "k" + std::to_string(i), "f"));
        for (const StoredTicket &each : claimTickets(writer, {"acme", ClaimFor::sending, 90, ""}))
            CHECK(settleTicket(writer, each.id, each.fence, settlement(TicketState::done)));
    });
    kind.clock->advance(24h * 31);
    CHECK(deleteEnded(*kind.store, kind.clock->wallNow()) == 90);
    for (int i = 0; i < 100; ++i)
    {
        const auto again =
            insert(*kind.store, sampleTicket("acme", "S" + std::to_string(i), "k" + std::to_string(i), "f"));
        CHECK(again.kind == (i < 90 ? TicketInsertion::Kind::inserted : TicketInsertion::Kind::duplicate));
    }
}

TEMPLATE_TEST_CASE("a page of tickets with long texts ends at its size limit, and the next one continues", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const std::string title(maxPageBytes / 4, 't');
    References all;
    for (int i = 0; i < 9; ++i)
    {
        NewTicket ticket = sampleTicket("acme", "R" + std::to_string(i));
        ticket.requestJson = R"({"title":")" + title + R"("})";
        ticket.warnings = {std::string(maxPageBytes / 8, 'w')};
        insert(*kind.store, ticket);
        all.insert(all.begin(), ticket.reference);
    }
    TicketQuery query;
    query.limit = maxPageEntries;
    CHECK(kind.store->read([&](const StoreReader &reader) { return reader.listTickets(query); }).tickets.size() == 2);
    CHECK(list(*kind.store, query) == all);
}

TEMPLATE_TEST_CASE("a title with a NUL is complete in the list", "[store]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    NewTicket ticket = sampleTicket("acme", "R0", std::string("k\0ey", 4));
    ticket.requestJson = R"({"title":"Bad log line \u0000 on app-01 \u001b[31m"})";
    ticket.reason = {"code", std::string("a\0b", 3)};
    insert(*kind.store, ticket);
    ticket.reference = "R1";
    ticket.key.clear();
    ticket.requestJson = R"({"title":8})"; // intake would not have stored it
    insert(*kind.store, ticket);
    const TicketPage page = kind.store->read([](const StoreReader &reader) { return reader.listTickets({}); });
    REQUIRE(page.tickets.size() == 2);
    const auto &first = page.tickets[0].reference == "R0" ? page.tickets[0] : page.tickets[1];
    const auto &second = page.tickets[0].reference == "R0" ? page.tickets[1] : page.tickets[0];
    CHECK(first.title == std::string("Bad log line \0 on app-01 \x1B[31m", 30));
    CHECK(first.key == TestType::kept(std::string("k\0ey", 4)));
    CHECK(first.reason.text == TestType::kept(std::string("a\0b", 3)));
    CHECK(second.title.empty());
}

TEMPLATE_TEST_CASE("a list shows each company by its label, or as named in the ticket if that is not known", "[store]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    for (const char *connection : {"acme", "beta"})
        for (const char *company : {"174", "Globex"})
        {
            NewTicket ticket = sampleTicket(connection, std::string(connection) + company);
            ticket.ticketJson = R"({"company":")" + std::string(company) + R"("})";
            ticket.company = company;
            insert(*kind.store, ticket);
        }
    kind.store->write([](StoreWriter &writer) { writer.labelCompanies("acme", {{"174", "Acme Dental"}}); });
    kind.reopen();
    const auto page = kind.store->read([](const StoreReader &reader) { return reader.listTickets({}); });
    std::map<std::string, std::string> labels;
    for (const StoredTicket &ticket : page.tickets)
        labels[ticket.reference] = ticket.company + "=" + ticket.companyLabel;
    CHECK(labels == std::map<std::string, std::string>{{"acme174", "174=Acme Dental"},
                                                       {"acmeGlobex", "Globex="},
                                                       {"beta174", "174="},
                                                       {"betaGlobex", "Globex="}});
    NewTicket next = sampleTicket("acme", "next");
    next.company = "174";
    CHECK(insert(*kind.store, next).ticket.companyLabel == "Acme Dental");
    CHECK(kind.store->read([](const StoreReader &reader) { return reader.unlabelledCompanies("acme", 9); }) ==
          std::vector<std::string>{"Globex"});
    kind.store->write([](StoreWriter &writer) { writer.giveUpCompanies("acme", {"Globex"}, true); });
    CHECK(kind.store->read([](const StoreReader &reader) { return reader.unlabelledCompanies("acme", 9); }).empty());
}
