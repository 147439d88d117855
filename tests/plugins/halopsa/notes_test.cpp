// Notes of a ticket: added, found again, deleted.
#include "tenant.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::halopsa::test;
using Catch::Contains;
using psa::plugins::integerOf;
using psa::plugins::textOf;

namespace {

std::string note(const std::string &text, const std::string &more = R"("visibility":"internal")")
{
    return R"({"version":1,"text":")" + text + "\"," + more + "}";
}

/// A tenant that adds notes to ticket 7.
struct Noting : Tenant
{
    explicit Noting(const std::string &more = {},
                    const Answer &answer = {201, R"({"id":3,"ticket_id":7,"actionby_application_id":"psa-host"})"})
        : Tenant(more)
    {
        host.on("POST", actionsRoute, answer)
            .on("GET", rowRoute, ok(R"({"id":7,"status_id":1,"agent_id":1,"tickettype_id":1})"));
    }
};

/// The actions of ticket 7.
struct Noted : Tenant
{
    explicit Noted(const std::string &rows, const std::string &count = {})
    {
        host.on("GET", actionsRoute,
                ok(R"({"ticket_id":7)" + (count.empty() ? "" : R"(,"record_count":)" + count) + R"(,"actions":[)" +
                   rows + "]}"));
    }
    std::string found()
    {
        const Outcome outcome = plugin.findNote();
        if (!outcome.ok())
            return "status " + std::to_string(outcome.status);
        std::string ids;
        const auto notes = document("found-notes", outcome.result)->getArray("notes");
        for (unsigned i = 0; i < notes->size(); ++i)
            ids += (i == 0 ? "" : " ") + textOf(*notes->getObject(i), "id");
        return ids.empty() ? "none" : ids;
    }
};

std::string action(int id, const std::string &text, const std::string &more = R"("who_type":1,"who_agentid":9)")
{
    return R"({"id":)" + std::to_string(id) + R"(,"ticket_id":7,"note":")" + text + "\"," + more + "}";
}

const std::string unclearNote = "status " + std::to_string(PSA_UNAVAILABLE);

} // namespace

TEST_CASE("an internal note costs one request once the outcomes are known, mails nobody and starts no rules")
{
    Noting tenant;
    const Outcome outcome = tenant.plugin.addNote(note("It works again."));
    INFO(outcome.message);
    REQUIRE(outcome.ok());
    CHECK(textOf(*document("note-result", outcome.result)->getObject("note"), "id") == "3");
    CHECK(
        psa::plugins::toJson(*changingBody(tenant.host)) ==
        R"({"dont_do_rules":true,"hiddenfromuser":true,"note":"It works again.\n\n[ref:REF1]","outcome_id":7,"sendemail":false,"ticket_id":7})");
    const std::size_t before = requests(tenant.host);
    REQUIRE(tenant.plugin.addNote(note("Again.")).ok());
    CHECK(requests(tenant.host) == before + 1);
}

TEST_CASE("a public note has an outcome that users see, and that neither mails nor changes the status")
{
    Noting tenant;
    REQUIRE(tenant.plugin.addNote(note("Hello", R"("visibility":"public")")).ok());
    const auto body = changingBody(tenant.host);
    CHECK(integerOf(*body, "outcome_id") == 18);
    CHECK_FALSE(body->getValue<bool>("hiddenfromuser"));
    CHECK_FALSE(body->getValue<bool>("sendemail"));
    CHECK_FALSE(body->has("note_html"));
}

TEST_CASE("a note that is to be mailed is also HTML, in which HaloPSA makes mails")
{
    Noting tenant;
    REQUIRE(
        tenant.plugin.addNote(note(R"(A <b> & \"c\"\nsecond line)", R"("visibility":"public","notify":true)")).ok());
    const auto body = changingBody(tenant.host);
    CHECK(body->getValue<bool>("sendemail"));
    CHECK(textOf(*body, "note_html") == "A &lt;b&gt; &amp; \"c\"<br>second line<br><br>[ref:REF1]");
    const Outcome internal = tenant.plugin.addNote(note("x", R"("visibility":"internal","notify":true)"));
    CHECK_THAT(internal.result, Contains("e-mails nobody about an internal note"));
    CHECK_FALSE(changingBody(tenant.host)->getValue<bool>("sendemail"));
}

TEST_CASE("the outcomes and rules of the configuration are used")
{
    Noting tenant(R"("outcome":"put on hold","publicOutcome":"16","runRules":true)");
    REQUIRE(tenant.plugin.addNote(note("x")).ok());
    CHECK(integerOf(*changingBody(tenant.host), "outcome_id") == 19);
    CHECK_FALSE(changingBody(tenant.host)->getValue<bool>("dont_do_rules"));
    REQUIRE(tenant.plugin.addNote(note("x", R"("visibility":"public")")).ok());
    CHECK(integerOf(*changingBody(tenant.host), "outcome_id") == 16);
}

TEST_CASE("an internal note without the list of outcomes takes HaloPSA's own one")
{
    FakeHost host;
    host.on("GET", "/api/Outcome", ok("[]")).on("POST", actionsRoute, {201, R"({"id":3})"});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    REQUIRE(plugin.addNote(note("x")).ok());
    CHECK(integerOf(*changingBody(host), "outcome_id") == 7);
    const Outcome outcome = plugin.addNote(note("x", R"("visibility":"public")"));
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == "publicOutcome");
}

TEST_CASE("an answer in an array is read, and one without an id leaves the outcome unknown")
{
    const auto [answer, status] =
        GENERATE(table<Answer, psa_status>({{{200, R"([{"id":3}])"}, PSA_OK},
                                            {{201, "{}"}, PSA_OUTCOME_UNKNOWN},
                                            {{200, "[]"}, PSA_OUTCOME_UNKNOWN},
                                            {{500, "x"}, PSA_OUTCOME_UNKNOWN},
                                            {noAnswer(PSA_HTTP_REASON_CLOSED), PSA_OUTCOME_UNKNOWN}}));
    Noting tenant({}, answer);
    CHECK(tenant.plugin.addNote(note("x")).status == status);
    CHECK(mutating(tenant.host) == 1);
}

TEST_CASE("an outcome that HaloPSA refuses names the field of the configuration")
{
    const auto answer =
        GENERATE(Answer{400, R"({"Message":"An Outcome must be entered for this Action"})"},
                 Answer{400, R"({"error":"You do not have access to this Action at the moment"})"},
                 Answer{403, R"({"error":"You do not have access to this Action at the moment"})"},
                 Answer{500, R"({"ClassName":"X","Message":"An Outcome must be entered for this Action"})"});
    Noting tenant({}, answer);
    const Outcome outcome = tenant.plugin.addNote(note("x"));
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == "outcome");
    CHECK_THAT(outcome.message, Contains("HaloPSA does not accept the note: "));
    CHECK_THAT(outcome.hint, Contains("Choose another outcome for notes under Configure"));
    CHECK(mutating(tenant.host) == 1);
}

TEST_CASE("a note of a ticket that is gone is the end of its updates")
{
    const auto [refused, row, said] = GENERATE(table<Answer, Answer, std::string>({
        {{400, R"({"Message":"Ticket not found, or you do not have access to this Ticket"})"},
         {404, ""},
         "no ticket with the id 7"},
        {{404, ""}, {404, ""}, "no ticket with the id 7"},
        {{400, "Not now"}, {200, R"({"id":7,"merged_into_id":9})"}, "was merged into ticket 9 in HaloPSA"},
        {{400, "Not now"}, {200, R"({"id":7,"deleted":true})"}, "was deleted in HaloPSA"},
    }));
    FakeHost host;
    host.on("POST", actionsRoute, refused).on("GET", rowRoute, row);
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.addNote(note("x"));
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.field.empty());
    CHECK_THAT(outcome.message, Contains(said));
}

TEST_CASE("a long note is shortened, and keeps its reference")
{
    Noting tenant;
    const Outcome outcome = tenant.plugin.addNote(note(std::string(10001, 'x')));
    CHECK_THAT(outcome.result, Contains("longer than the 10000 characters"));
    CHECK_THAT(textOf(*changingBody(tenant.host), "note"), Contains("\n\n[ref:REF1]"));
    CHECK_FALSE(document("note-result", tenant.plugin.addNote(note(std::string(10000, 'x'))).result)->has("warnings"));
}

TEST_CASE("a note is found by its reference, wherever HaloPSA has moved it")
{
    const auto *text =
        GENERATE("It works.\\n\\n[ref:REF1]", "It works.[ref:REF1]", "Private Note:\\r\\nIt works.\\n[ref:REF1]\\r\\n",
                 "[ref:REF1]", "Dear all [ref:REF1] and more");
    CAPTURE(text);
    Noted tenant(action(3, text) + "," + action(2, "x [ref:REF10] [ref:REF] [ref:XREF1]") + "," + action(1, "REF1"),
                 "3");
    CHECK(tenant.found() == "3");
    CHECK_THAT(tenant.host.sent.back().url, Contains("/api/Actions?ticket_id=7&excludesys=false&count=100"));
}

TEST_CASE("duplicates of a note are found, the oldest first, each once")
{
    Noted tenant(action(9, "[ref:REF1]") + "," + action(4, "[ref:REF1]") + "," + action(4, "[ref:REF1]"), "2");
    CHECK(tenant.found() == "4 9");
}

TEST_CASE("what a customer wrote is no note of ours, although it quotes one")
{
    const auto *more =
        GENERATE(R"("who":"Ada Byron","who_type":0,"actionby_user_id":480)", R"("who":"ada@acme.example","who_type":0)",
                 R"("who":"Ada Byron","who_type":2,"who_agentid":0)");
    CAPTURE(more);
    Noted tenant(action(3, "> [ref:REF1]", more), "1");
    CHECK(tenant.found() == "none");
}

TEST_CASE("there is no note only if HaloPSA returned every action of the ticket")
{
    const auto [rows, count, result] = GENERATE(table<std::string, std::string, std::string>({
        {"", "0", "none"},
        {action(1, "x"), "1", "none"},
        {action(1, "x"), "2", unclearNote},
        {"", "", "none"},
        {R"({"id":3,"ticket_id":8,"note":"[ref:REF1]"})", "1", unclearNote},
        {R"({"id":3,"ticket_id":8,"note":"[ref:REF1]"},)" + action(4, "[ref:REF1]"), "2", "4"},
        {R"({"ticket_id":7})", "1", unclearNote},
    }));
    CAPTURE(rows, count);
    Noted tenant(rows, count);
    CHECK(tenant.found() == result);
}

TEST_CASE("a ticket with more than a hundred actions is read whole with a second request")
{
    FakeHost host;
    std::string rows;
    for (int id = 150; id > 50; --id)
        rows += (rows.empty() ? "" : ",") + action(id, "x");
    std::string rest;
    for (int id = 50; id > 0; --id)
        rest += "," + action(id, id == 20 ? "[ref:REF1]" : "x");
    host.on("GET", actionsRoute, ok(R"({"record_count":150,"actions":[)" + rows + "]}"))
        .on("GET", actionsRoute, ok(R"({"record_count":150,"actions":[)" + rows + rest + "]}"));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK_THAT(plugin.findNote().result, Contains(R"([{"id":"20"}])"));
    CHECK_THAT(host.sent.back().url, Contains("count=250"));
}

TEST_CASE("a duplicate is deleted with its ticket, and one that is gone is no error")
{
    Tenant tenant;
    tenant.host.on("GET", "/api/Actions/9", ok(action(9, "x\\n[ref:REF1]", R"("who_type":1,"who_agentid":9)")))
        .on("DELETE", "/api/Actions/9", ok("{}"))
        .on("GET", "/api/Actions/10", Answer{404, ""});
    CHECK(tenant.plugin.removeNote("9").ok());
    CHECK(changing(tenant.host).url == "https://acme.halopsa.com/api/Actions/9?ticket_id=7");
    CHECK(tenant.plugin.removeNote("10").ok());
    CHECK(tenant.plugin.removeNote("x").ok());
    CHECK(mutating(tenant.host) == 1);
}

TEST_CASE("a note that the plugin did not write, or that somebody changed, is not deleted")
{
    const auto row = GENERATE(
        as<std::string>(), action(9, "x", R"("who_type":1,"who_agentid":9)"),
        action(9, "[ref:REF1] added by hand", R"("who_type":1,"who_agentid":9)"),
        action(9, "x\\n[ref:REF1]", R"("who_type":1,"who_agentid":3)"),
        action(9, "x\\n[ref:REF1]",
               R"("who_type":1,"who_agentid":9,"actionby_application_id":"nethelpdesk-agent-web-application")"),
        action(9, "x\\n[ref:REF1]", R"("who_type":0,"actionby_user_id":480)"),
        action(8, "x\\n[ref:REF1]", R"("who_type":1,"who_agentid":9)"));
    CAPTURE(row);
    Noting tenant;
    REQUIRE(tenant.plugin.addNote(note("x")).ok()); // The name of the own application is known from now on.
    tenant.host.on("GET", "/api/Actions/9", ok(row));
    CHECK(tenant.plugin.removeNote("9").status == PSA_CONFLICT);
    CHECK(mutating(tenant.host) == 1);
}
