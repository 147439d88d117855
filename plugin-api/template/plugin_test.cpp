// SPDX-License-Identifier: Apache-2.0
//
// Drives the plugin as a host does, through its C table, against a host in memory: no network. First everything is
// answered as in recorded/, a run against the PSA in which all went well, then as on bad days.
#include <psa/testing.hpp>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <cstdio>
#include <fstream>

namespace {

using psa::testing::answered;
using psa::testing::FakeHost;
using psa::testing::Outcome;
using psa::testing::PluginUnderTest;

const std::string configuration = R"({"version":1,"values":{"account":"northwind","apiKey":"not-a-real-key"}})";
const std::string ticket = R"({"version":1,"title":"Disk full on FS01","description":"C: has 0 bytes left.",)"
                           R"("company":"Northwind Traders","queue":"Service Desk"})";
const std::string tickets = "https://northwind.example-psa.test/v1/tickets";
const std::string longTitle(200, 'x');
int failures = 0;

void check(bool holds, const std::string &what)
{
    if (!holds)
        std::printf("FAILED: %s\n", what.c_str());
    failures += holds ? 0 : 1;
}

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

/// Makes `host` answer as the PSA did in `file`; returns the body that was sent last.
std::string replay(FakeHost &host, const std::string &file)
{
    std::string sent;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
    {
        const auto exchange = Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
        const auto request = exchange->getObject("request");
        const auto response = exchange->getObject("response");
        if (!request || !response)
            continue; // A line about something else than an exchange.
        host.on(request->getValue<std::string>("method"), request->getValue<std::string>("url"),
                answered(response->getValue<unsigned>("status"), response->getValue<std::string>("body")));
        sent = request->getValue<std::string>("body");
    }
    return sent;
}

void goodRun(const std::string &folder)
{
    FakeHost host;
    replay(host, folder + "/test.jsonl");
    const std::string recorded = replay(host, folder + "/create_ticket.jsonl");
    replay(host, folder + "/find_ticket.jsonl");
    PluginUnderTest plugin(host);
    check(plugin.configure(configuration).status == PSA_OK, "a good configuration is taken");
    check(contains(plugin.test().result, "Connected to Example PSA"), "the test says that it is connected");

    const Outcome created = plugin.createTicket("ref-1", ticket);
    check(contains(created.result, R"("id":"4711","number":"EX-4711")"), "the result names the ticket");
    check(!contains(created.result, "warnings"), "nothing is wrong with a good ticket");
    check(host.sent.at(1).mutates && host.sent.at(1).body == recorded, "what is sent is what was recorded");
    check(host.sent.at(1).headers.at(0).secret, "the key is marked as a secret");
    check(contains(plugin.findTicket("ref-1").result, R"("id":"4711")"), "the ticket is found by its reference");
    check(host.sent.size() == 3, "each verb takes one request");
}

/// Calls createTicket on a host that responds with `answer`.
Outcome createOn(const psa::HttpResponse &answer, const std::string &json = ticket)
{
    FakeHost host;
    host.on("POST", tickets, answer);
    PluginUnderTest plugin(host);
    plugin.configure(configuration);
    return plugin.createTicket("ref-1", json);
}

void badDays()
{
    const std::string unknown = R"({"error":{"code":"unknown_customer","message":"There is no customer Nobody"}})";
    const Outcome refused = createOn(answered(422, unknown));
    check(refused.status == PSA_INVALID_TICKET && refused.vendorCode == "unknown_customer", "422 refuses the ticket");
    check(contains(refused.message, "no customer Nobody"), "the PSA's own words reach the operator");
    check(createOn(answered(401, "")).field == "apiKey", "401 names the field to correct");
    check(createOn(answered(403, "")).status == PSA_PERMISSION, "403 is a missing permission");
    check(createOn(answered(429, "", 7000)).retryAfterMs == 7000, "429 says how long to wait");
    check(createOn(answered(503, "<html>")).status == PSA_OUTCOME_UNKNOWN, "503 leaves open what was done");
    check(createOn(answered(201, "{\"id\":")).status == PSA_OUTCOME_UNKNOWN, "half an answer leaves it open too");
    check(createOn(psa::testing::noAnswer()).status == PSA_OUTCOME_UNKNOWN, "a lost answer leaves it open too");
    check(createOn(psa::testing::notSent(PSA_HTTP_REASON_DNS)).status == PSA_UNAVAILABLE, "nothing left: try again");
    check(createOn({}, R"({"version":1,"title":"x"})").field == "company", "a ticket needs a customer");

    const std::string json = R"({"version":1,"company":"Northwind Traders","title":")" + longTitle + "\"}";
    check(contains(createOn(answered(201, R"({"id":1})"), json).result, R"("field":"title")"), "clipping is said");
}

void notesAndChanges(const std::string &folder)
{
    FakeHost host;
    const std::string recorded = replay(host, folder + "/add_note.jsonl");
    replay(host, folder + "/find_note.jsonl");
    replay(host, folder + "/change_ticket.jsonl");
    replay(host, folder + "/activity.jsonl");
    replay(host, folder + "/activity-missing.jsonl");
    PluginUnderTest plugin(host);
    plugin.configure(configuration);
    const std::string note =
        R"({"version":1,"text":"It works again.\nNobody had to do anything.","visibility":"internal"})";
    check(contains(plugin.addNote("4711", "CHECKNOTE1", note).result, R"("id":"12")"), "a note is added");
    check(host.sent.back().mutates && host.sent.back().body == recorded, "the note is sent as it was recorded");
    check(contains(plugin.findNote("4711", "CHECKNOTE1").result, R"([{"id":"12"}])"), "the note is found");
    check(contains(plugin.findNote("4711", "CHECKNOTE").result, "[]"), "another reference is not found");
    check(contains(plugin.change("4711", R"({"version":1,"status":"New"})").result, R"("changed":[])"),
          "what the ticket has already is not set");
    check(contains(plugin.change("4711", R"({"version":1,"status":"Solved"})").result, R"("changed":["status"])"),
          "the status is set");
    check(contains(plugin.activity("4711", "").result, "Jane Doe wrote a note"), "a person touched the ticket");
    check(contains(plugin.activity("4711", "5").result, R"("touched":"no")"), "since then nobody did");
    check(contains(plugin.activity("999999999", "").result, R"("deleted":true)"), "a deleted ticket is a result");
}

void configurations()
{
    FakeHost host;
    PluginUnderTest plugin(host);
    check(plugin.test().status == PSA_INVALID_CONFIG, "without a configuration nothing is sent");
    for (const char *bad : {"", "[]", "{\"version\":1}", R"({"version":1,"values":{"account":1}})"})
        check(plugin.configure(bad).status == PSA_INVALID_CONFIG, std::string("refused: ") + bad);
    check(plugin.configure(R"({"version":1,"values":{"account":"a"}})").field == "apiKey",
          "the missing field is named");
    check(host.sent.empty(), "configure is offline");
}

} // namespace

int main(int argc, char **argv)
{
    goodRun(argc > 1 ? argv[1] : "recorded");
    badDays();
    notesAndChanges(argc > 1 ? argv[1] : "recorded");
    configurations();
    std::printf(failures == 0 ? "All tests passed\n" : "%d tests failed\n", failures);
    return failures == 0 ? 0 : 1;
}
