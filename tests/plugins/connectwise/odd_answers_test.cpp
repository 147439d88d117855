// How the plugin handles answers that ConnectWise should not give.
#include "company.h"

#include "tests/plugins/common/odd_answers.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>

using namespace psa::plugins::connectwise::test;

namespace {

Outcome inCompany(FakeHost &host, const std::function<Outcome(ConnectWiseUnderTest &)> &run, const std::string &tickets)
{
    host.on("GET", ticketsRoute, ok(tickets))
        .on("GET", "/company/contacts", ok(R"([{"id":9,"firstName":"Ann","lastName":"Dyk"}])"))
        .on("POST", ticketsRoute, ok(R"({"id":7,"contact":{"id":9}})"))
        .on("GET", "/service/tickets/7", ok(R"({"id":7,"board":{"id":1},"status":{"id":12,"name":"New"},
            "externalXRef":"01ARZ3NDEKTSV4RRFFQ69G5FAV","_info":{"lastUpdated":"2026-11-24T15:10:00Z","updatedBy":"psa",
            "dateEntered":"2026-11-24T15:00:00Z","enteredBy":"psa"}})"))
        .on("POST", "/service/tickets/7/notes", {201, R"({"id":31,"createdBy":"psa"})"})
        .on("GET", "/service/tickets/7/notes", ok(R"([{"id":31,"text":"x\nREF1"}])"))
        .on("GET", "/service/tickets/7/notes/31", ok(R"({"id":31,"text":"x\nREF1","createdBy":"psa"})"))
        .on("DELETE", "/service/tickets/7/notes/31", {204, ""})
        .on("PATCH", "/service/tickets/7", ok(R"({"id":7,"status":{"id":11,"name":"New"}})"))
        .on("GET", "/service/tickets/7/configurations", ok("[]"))
        .on("POST", "/service/tickets/7/configurations", {201, R"({"id":700})"})
        .on("GET", "/service/tickets/7/allNotes", ok("[]"))
        .on("GET", "/system/audittrail", ok("[]"))
        .on("GET", "/time/entries", ok("[]"));
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    return run(plugin);
}

OddCall oddCall(const std::string &name, const std::string &schema, std::function<Outcome(ConnectWiseUnderTest &)> run)
{
    return {name, schema, [run = std::move(run)](FakeHost &host) {
                return inCompany(host, run, R"([{"id":7,"externalXRef":"ref-1"}])");
            }};
}

const std::string byName =
    R"({"version":1,"title":"Disk full","company":"Acme Dental","contact":"Ann Dyk","queue":"Help Desk",)"
    R"("category":"Hardware","fields":{"subType":"Disk"}})";

constexpr const char *aNote = R"({"version":1,"text":"It is over.","visibility":"internal"})";
constexpr const char *aChange = R"({"version":1,"status":11,"category":"Hardware"})";
constexpr const char *aDevice = R"({"version":1,"device":700})";

/// `count` boards from the id `first`, as JSON.
std::string boards(int first, int count)
{
    std::string rows;
    for (int id = first; id < first + count; ++id)
        rows += (rows.empty() ? "" : ",") + std::string(R"({"id":)") + std::to_string(id) + R"(,"name":"Board )" +
                std::to_string(id) + "\"}";
    return "[" + rows + "]";
}

std::size_t boardRequests(const FakeHost &host)
{
    return static_cast<std::size_t>(std::count_if(host.sent.begin(), host.sent.end(), [](const Sent &sent) {
        return sent.url.find(boardsRoute) != std::string::npos;
    }));
}

} // namespace

TEST_CASE("no odd response of ConnectWise is taken for more than it says")
{
    const auto call = GENERATE(
        values<OddCall>({oddCall("test", "test-result", [](auto &plugin) { return plugin.test(); }),
                         oddCall("create", "ticket-result", [](auto &plugin) { return plugin.create(byName); }),
                         oddCall("find", "found-tickets", [](auto &plugin) { return plugin.find(); }),
                         oddCall("read", "ticket-result", [](auto &plugin) { return plugin.read("7"); }),
                         oddCall("add note", "note-result", [](auto &plugin) { return plugin.addNote(aNote); }),
                         oddCall("find note", "found-notes", [](auto &plugin) { return plugin.findNote(); }),
                         oddCall("remove note", "", [](auto &plugin) { return plugin.removeNote("31"); }),
                         oddCall("change", "change-result", [](auto &plugin) { return plugin.change(aChange); }),
                         oddCall("device", "change-result", [](auto &plugin) { return plugin.change(aDevice); }),
                         oddCall("activity", "activity", [](auto &plugin) { return plugin.activity(); }),
                         oddCall("boards", "choices", [](auto &plugin) { return plugin.list("boards"); }),
                         oddCall("companies", "choices", [](auto &plugin) { return plugin.list("companies"); }),
                         oddCall("contacts", "choices", [](auto &plugin) {
                             return plugin.list("contacts", "", "", R"({"company":"Acme Dental"})");
                         })}));
    checkOddAnswers(call);
}

TEST_CASE("boards that ConnectWise returns on two pages are listed once each")
{
    FakeHost host;
    host.on("GET", boardsRoute, ok(boards(1, 1000))).on("GET", boardsRoute, ok(boards(1000, 3)));
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.list("boards", "Board 100", "", "{}", 500);
    REQUIRE(outcome.ok());
    CHECK(document("choices", outcome.result)->getArray("items")->size() == 4); // 100, 1000, 1001 and 1002.
    CHECK(boardRequests(host) == 2);
}

TEST_CASE("reading ends when ConnectWise returns the same page again")
{
    FakeHost host;
    host.on("GET", boardsRoute, ok(boards(1, 1000)));
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    REQUIRE(plugin.list("boards").ok());
    CHECK(boardRequests(host) == 2);
}

TEST_CASE("a ticket of ConnectWise is missing only if the API says so")
{
    const auto [body, status] = GENERATE(
        table<std::string, psa_status>({{R"({"code":"NotFound","message":"Ticket 7 not found"})", PSA_NOT_FOUND},
                                        {"<html>404 - File or directory not found.</html>", PSA_INVALID_CONFIG},
                                        {"", PSA_INVALID_CONFIG}}));
    FakeHost host;
    host.on("GET", "/service/tickets/7", Answer{404, body});
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    CAPTURE(body);
    CHECK(plugin.read("7").status == status);
}

TEST_CASE("after too many requests the wait is as long as ConnectWise asks, and at least half a minute")
{
    const auto [waitMs, expected] = GENERATE(table<std::uint32_t, std::uint32_t>(
        {{0, 30000}, {1000, 30000}, {30001, 30001}, {3600000, 3600000}, {UINT32_MAX, UINT32_MAX}}));
    CAPTURE(waitMs);
    FakeHost host;
    host.on("GET", ticketsRoute, Answer{429, "", PSA_HTTP_ANSWERED, PSA_HTTP_REASON_NONE, waitMs});
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.find();
    CHECK(outcome.status == PSA_RATE_LIMITED);
    CHECK(outcome.retryAfterMs == expected);
}
