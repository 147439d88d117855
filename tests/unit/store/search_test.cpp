// Search for tickets by words.
#include "host/store/search_words.h"
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <random>

using namespace psa::clock;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

using References = std::vector<std::string>;

NewTicket titled(const std::string &reference, const std::string &title, const std::string &company = "",
                 const std::string &key = "", const std::string &connection = "acme")
{
    NewTicket ticket = sampleTicket(connection, reference, key);
    ticket.requestJson = R"({"title":")" + title + R"("})";
    ticket.ticketJson = R"({"company":")" + company + R"("})";
    ticket.company = company;
    return ticket;
}

/// Sends the oldest that is ready, and gives it this number.
void number(Store &store, const std::string &number, const std::string &connection = "acme")
{
    auto how = settlement(TicketState::done);
    how.outcome = TicketOutcome{"id " + number, number, "", {}, false};
    REQUIRE(settle(store, claimOne(store, connection), how));
}

References search(Store &store, const std::string &text, std::size_t limit = 100)
{
    TicketQuery query;
    query.text = text;
    query.limit = limit;
    return list(store, query);
}

/// Lets the store do what it does after each write, until nothing of it is left for so many tickets.
void settleDown(Store &store, std::size_t tickets)
{
    for (std::size_t i = 0; i < tickets / 500 + 4; ++i)
        store.read([](const StoreReader &) {});
}

} // namespace

TEMPLATE_TEST_CASE("words are found in title, company, label, key, number and reference", "[store][search]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, titled("REF0000000000000000000001", "Disk full on SRV-01", "174", "zabbix-4711/problem"));
    number(*kind.store, "T20261124.0017");
    insert(*kind.store, titled("REF0000000000000000000002", "Printer offline", "Globex"));
    kind.store->write([](StoreWriter &writer) { writer.labelCompanies("acme", {{"174", "Acme Dental"}}); });
    const auto [text, found] = GENERATE(table<std::string, int>({{"full", 1},
                                                                 {"srv-01", 1},
                                                                 {"SRV", 1},
                                                                 {"rv-0", 1},
                                                                 {"full disk", 1},
                                                                 {"174", 1},
                                                                 {"dental", 1},
                                                                 {"acme dental srv", 1},
                                                                 {"zabbix-4711", 1},
                                                                 {"4711/prob", 1},
                                                                 {"T20261124.0017", 1},
                                                                 {"t20261124", 1},
                                                                 {".0017", 1},
                                                                 {"ref0000000000000000000001", 1},
                                                                 {"disk REF0000000000000000000001", 1},
                                                                 {"glob", 2},
                                                                 {"printer globex", 2},
                                                                 {"disk printer", 0},
                                                                 {"disk globex", 0},
                                                                 {"ref00000000000000000000", 0}, // not whole
                                                                 {"disk ref0000000000000000000002", 0},
                                                                 {"fulldisk", 0},
                                                                 {"nothing", 0}}));
    CAPTURE(text);
    const References wanted =
        found == 0 ? References() : References{"REF000000000000000000000" + std::to_string(found)};
    CHECK(search(*kind.store, text) == wanted);
}

TEMPLATE_TEST_CASE("a search does not distinguish capital letters, whatever the alphabet", "[store][search]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, titled("R1", "BÜRO Größe ΣΙΓΜΑ Привет"));
    for (const char *text : {"büro", "BÜRO", "größe", "GRÖßE", "σιγμα", "ΣΙΓΜΑ", "привет", "ПРИВЕТ", "üro", "öß"})
    {
        CAPTURE(text);
        CHECK(search(*kind.store, text) == References{"R1"});
    }
    CHECK(search(*kind.store, "buro").empty());
}

TEMPLATE_TEST_CASE("every character of a search counts as it is: there are no operators", "[store][search]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, titled("R1", R"(100% of \"C:\\data\" (NEAR limit) a*b -x AND OR NOT title:y)"));
    insert(*kind.store, titled("R2", "disk limit"));
    for (const char *text : {"100%", "\"C:", "c:\\data\"", "(near", "limit)", "a*b", "-x", "\"c:\\data\" (NEAR", "and",
                             "NOT", "title:y", "AND OR NOT", "near limit)"})
    {
        CAPTURE(text);
        CHECK(search(*kind.store, text) == References{"R1"});
    }
    for (const char *text : {"\"disk limit\"", "disk*", "-disk", "disk OR printer", "disk NEAR limit", "title:disk",
                             "'", "*", "%", "_", "di_k", "d%k", "\"\"", "disk)", "--", ";"})
    {
        CAPTURE(text);
        CHECK(search(*kind.store, text) == References{});
    }
}

TEMPLATE_TEST_CASE("a word of one or two bytes is found where a word begins", "[store][search]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, titled("R1", "PC-7 of Ada"));
    insert(*kind.store, titled("R2", "epc 17", "7x"));
    CHECK(search(*kind.store, "pc") == References{"R1"});
    CHECK(search(*kind.store, "7") == References{"R2", "R1"});
    CHECK(search(*kind.store, "1") == References{"R2"});
    CHECK(search(*kind.store, "a") == References{"R1"});
    CHECK(search(*kind.store, "c").empty());
    CHECK(search(*kind.store, "of 7") == References{"R1"});
    CHECK(search(*kind.store, "epc") == References{"R2"});
}

TEMPLATE_TEST_CASE("a search goes on where the page before it ended, newest first by id, and can be filtered",
                   "[store][search]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    const Clock::Wall start = kind.clock->wallNow();
    for (int i = 0; i < 12; ++i)
    {
        kind.clock->advance(1min);
        insert(*kind.store,
               titled("R" + std::to_string(i), i % 3 == 0 ? "disk" : "printer", "", "", i % 2 == 0 ? "acme" : "beta"));
    }
    number(*kind.store, "T0");
    number(*kind.store, "T1", "beta");
    const std::int64_t fourth = 4;
    operationIn(*kind.store, TicketState::needsReview, fourth, "O1");
    TicketQuery query;
    query.limit = GENERATE(1u, 3u, 100u);
    query.text = "disk";
    CHECK(list(*kind.store, query) == References{"R9", "R6", "R3", "R0"});
    query.connection = "acme";
    CHECK(list(*kind.store, query) == References{"R6", "R0"});
    query.connection = "nobody";
    CHECK(list(*kind.store, query).empty());
    query.connection.clear();
    query.from = start + 4min;
    CHECK(list(*kind.store, query) == References{"R9", "R6", "R3"});
    query.until = start + 7min;
    CHECK(list(*kind.store, query) == References{"R3"});
    query = {};
    query.text = "disk";
    query.states = {TicketState::done};
    CHECK(list(*kind.store, query) == References{"R0"});
    query.operationStates = {TicketState::needsReview};
    CHECK(list(*kind.store, query) == References{"R3", "R0"});
    query = {};
    query.text = "printer";
    query.psaTicket = "T1";
    CHECK(list(*kind.store, query) == References{"R1"});
    query.text = "disk";
    CHECK(list(*kind.store, query).empty());
}

TEMPLATE_TEST_CASE("a text without words lists everything, and one that is too long is rejected", "[store][search]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    insert(*kind.store, titled("R1", "disk"));
    CHECK(search(*kind.store, " \t\xC2\xA0\n") == References{"R1"});
    CHECK(search(*kind.store, "\xC2\xA0"
                              "disk\xC2\xA0") == References{"R1"});
    CHECK(search(*kind.store, std::string(maxSearchBytes, 'x')).empty());
    const StoreError refused = storeErrorOf([&] { search(*kind.store, std::string(maxSearchBytes + 1, 'x')); });
    CHECK(refused.kind == StoreError::Kind::invalid);
    CHECK_THAT(refused.what(), Catch::Contains("501"));
    TicketQuery query;
    query.text = "disk";
    query.cursor = "x";
    CHECK(storeErrorOf([&] { list(*kind.store, query); }).kind == StoreError::Kind::invalid);
}

TEMPLATE_TEST_CASE("a search finds what an older ticket came to have since: number, title, label", "[store][search]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    constexpr int count = 3000; // some are behind an index, some are not
    kind.store->write([](StoreWriter &writer) {
        for (int i = 0; i < count; ++i)
            insertTicket(writer, titled("R" + std::to_string(i), "ticket n" + std::to_string(i),
                                        i == 70 || i == 2900 ? "174" : "Globex", "key-" + std::to_string(i)));
    });
    settleDown(*kind.store, count);
    CHECK(search(*kind.store, "key-70").size() == 11);
    CHECK(search(*kind.store, "key-29").size() == 111);
    CHECK(search(*kind.store, "T2026.70").empty());
    CHECK(search(*kind.store, "dental").empty());
    kind.store->write([](StoreWriter &writer) {
        StoredTicket ticket = writer.ticketRow(71).value();
        ticket.outcome.number = "T2026.70";
        writer.saveTicket(ticket);
        TicketDocuments documents;
        documents.requestJson = R"({"title":"corrected"})";
        writer.saveDocuments(6, documents);
        writer.labelCompanies("acme", {{"174", "Acme Dental"}});
    });
    if (GENERATE(false, true))
        kind.reopen();
    CHECK(search(*kind.store, "T2026.70") == References{"R70"});
    CHECK(search(*kind.store, "corrected") == References{"R5"});
    CHECK(search(*kind.store, "n5 ticket key-5").size() == 111 - 1);
    CHECK(search(*kind.store, "dental") == References{"R2900", "R70"});
    CHECK(search(*kind.store, "dental n70") == References{"R70"});
    kind.store->write([](StoreWriter &writer) { writer.labelCompanies("acme", {{"174", "Initech"}}); });
    CHECK(search(*kind.store, "dental").empty());
    CHECK(search(*kind.store, "initech r") == References{});
    CHECK(search(*kind.store, "initech") == References{"R2900", "R70"});
}

TEMPLATE_TEST_CASE("deleted tickets are not found, and many of them do not disturb the search for others",
                   "[store][search]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    constexpr int count = 2500;
    kind.store->write([](StoreWriter &writer) {
        for (int i = 0; i < count; ++i)
        {
            NewTicket ticket = titled("R" + std::to_string(i), "ticket n" + std::to_string(i));
            ticket.state = i % 100 == 0 ? TicketState::needsReview : TicketState::dead;
            insertTicket(writer, ticket);
        }
    });
    settleDown(*kind.store, count);
    kind.clock->advance(1h);
    CHECK(deleteEnded(*kind.store, kind.clock->wallNow(), 2000) == 2000);
    CHECK(search(*kind.store, "ticket n1900") == References{"R1900"});
    CHECK(search(*kind.store, "ticket n1901").empty());
    settleDown(*kind.store, count);
    CHECK(search(*kind.store, "ticket n1900") == References{"R1900"});
    CHECK(search(*kind.store, "ticket n1901").empty());
    CHECK(search(*kind.store, "n2401") == References{"R2401"});
    CHECK(search(*kind.store, "ticket", 1000).size() == count - 2000);
}

TEMPLATE_TEST_CASE("a search among thousands finds exactly the tickets whose texts have the words", "[store][search]",
                   STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    std::mt19937 random(11);
    const auto text = [&] {
        std::string letters;
        for (int i = 0; i < 12; ++i)
            letters += "abcd- 0"[random() % 7];
        return letters;
    };
    std::vector<std::string> titles;
    constexpr int count = 4500;
    kind.store->write([&](StoreWriter &writer) {
        for (int i = 0; i < count; ++i)
        {
            titles.push_back(text());
            insertTicket(writer, titled("R" + std::to_string(i), titles.back(), "", "", i % 2 == 0 ? "acme" : "beta"));
        }
    });
    settleDown(*kind.store, count);
    for (int i = 0; i < 12; ++i)
    {
        const std::string wanted = text().substr(0, random() % 7 + 1);
        const SearchWords words(wanted);
        if (words.all().empty())
            continue;
        References expected;
        for (int id = count - 1; id >= 0; --id)
        {
            StoredTicket ticket;
            ticket.title = titles[static_cast<std::size_t>(id)];
            if (id % 2 == 0 && words.match(ticket))
                expected.push_back("R" + std::to_string(id));
        }
        CAPTURE(wanted);
        TicketQuery query;
        query.text = wanted;
        query.connection = "acme";
        query.limit = 1000;
        CHECK(list(*kind.store, query) == expected);
    }
}
