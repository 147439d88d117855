// add_note and find_note.
#include "common/json.h"
#include "tenant.h"

#include <Poco/UnicodeConverter.h>
#include <catch2/catch.hpp>

using namespace psa::plugins::autotask::test;
using psa::plugins::Object;
using psa::plugins::parseObject;
using psa::plugins::textOf;

namespace {

constexpr const char *notesRoute = "/V1.0/Tickets/7/Notes";
constexpr const char *noteQuery = "/V1.0/TicketNotes/query";
constexpr const char *noteReference = "K7WJX5PY8Q7XN1DQNPKHE5XK57";

struct NotedTicket
{
    FakeHost host;
    AutotaskUnderTest plugin{host};

    explicit NotedTicket(const std::string &noteFields = noteFieldsBody)
    {
        host.on("GET", "/V1.0/TicketNotes/entityInformation/fields", ok(noteFields));
        scriptTenant(host);
        host.on("POST", notesRoute, ok(R"({"itemId":30777658})"));
        plugin.configured();
    }

    Outcome add(const std::string &text, const std::string &more = {})
    {
        return plugin.addNote(R"({"version":1,"text":)" + psa::jsonText(text) + R"(,"visibility":"internal")" +
                                  (more.empty() ? "" : "," + more) + "}",
                              "7", noteReference);
    }
    Object::Ptr sent() const { return parseObject(host.sent.back().body); }
    std::string sentText(const char *name) const { return textOf(*sent(), name); }

    /// The ids that find_note returns for these rows.
    std::string found(const std::string &rows)
    {
        host.replace("POST", noteQuery, ok("{\"items\":[" + rows + "]}"));
        const Outcome outcome = plugin.findNote(noteReference);
        REQUIRE(outcome.ok());
        std::string ids;
        const auto notes = document("found-notes", outcome.result)->getArray("notes");
        for (unsigned i = 0; i < notes->size(); ++i)
            ids += (i == 0 ? "" : " ") + textOf(*notes->getObject(i), "id");
        return ids;
    }
};

std::string noteRow(int id, const std::string &title, const std::string &text = "x", const std::string &more = {})
{
    return R"({"id":)" + std::to_string(id) + R"(,"ticketID":7,"title":")" + title + R"(","description":")" + text +
           "\"" + more + "}";
}

std::size_t unitsOf(const std::string &value)
{
    Poco::UTF16String wide;
    Poco::UnicodeConverter::convert(value, wide);
    return wide.size();
}

std::string withMarker(const std::string &before)
{
    return before + "[" + noteReference + "]";
}

/// The fields of notes in a tenant that has these values for who can read a note.
std::string withPublish(const std::string &values)
{
    return R"({"fields":[{"name":"noteType","picklistValues":[{"value":"3","label":"Task Notes"}]},)"
           R"({"name":"publish","picklistValues":[)" +
           values + "]}]}";
}

} // namespace

TEST_CASE("a note has its reference at the end of the title and as the first line of its text")
{
    NotedTicket tenant;
    const Outcome outcome = tenant.add("Disk is full again\nC: has 0 bytes left");
    INFO(outcome.message);
    REQUIRE(outcome.ok());
    CHECK(textOf(*document("note-result", outcome.result)->getObject("note"), "id") == "30777658");
    CHECK(tenant.host.sent.back().mutates);
    CHECK(tenant.host.sent.back().limitKey == "TicketNotes");
    CHECK(tenant.host.sent.back().body == R"({"description":"[)" + std::string(noteReference) +
                                              R"(]\nDisk is full again\nC: has 0 bytes left","noteType":3,)"
                                              R"("publish":2,"title":"Disk is full again [)" +
                                              noteReference + R"(]"})");
}

TEST_CASE("a note costs one request once the zone and the fields are cached")
{
    NotedTicket tenant;
    REQUIRE(tenant.add("one").ok());
    const std::size_t before = tenant.host.sent.size();
    REQUIRE(tenant.add("two").ok());
    CHECK(tenant.host.sent.size() == before + 1);
}

TEST_CASE("a resolution is a note with that title")
{
    NotedTicket tenant;
    REQUIRE(tenant.add("Replaced the disk", R"("kind":"resolution")").ok());
    CHECK(tenant.sentText("title") == withMarker("Resolution "));
}

TEST_CASE("who can read a note is decided by labels, whatever the tenant's numbers are")
{
    const auto [values, internal, everybody] = GENERATE(table<std::string, std::string, std::string>(
        {{R"({"value":"2","label":"All Autotask Users"},{"value":"1","label":"Internal Project Team"})", "1", "2"},
         {R"({"value":"4","label":"Internal & Co-managed"},{"value":"9","label":"Internal Users Only"},)"
          R"({"value":"3","label":"All Autotask Users"})",
          "9", "3"},
         {R"({"value":"7","label":"Alle Autotask-Benutzer"},{"value":"8","label":"Interne Benutzer"})", "8", "7"},
         {R"({"value":"1","label":"Internal Only","isActive":false},{"value":"5","label":"Internal"},)"
          R"({"value":"6","label":"Todos"})",
          "5", "6"}}));
    CAPTURE(values);
    NotedTicket tenant(withPublish(values));
    REQUIRE(tenant.add("x").ok());
    CHECK(tenant.sentText("publish") == internal);
    REQUIRE(tenant.plugin.addNote(R"({"version":1,"text":"x","visibility":"public"})").ok());
    CHECK(tenant.sentText("publish") == everybody);
}

TEST_CASE("an internal note is never sent where no value for internal notes is known")
{
    const auto listed =
        GENERATE(values<std::string>({R"({"value":"1","label":"All Autotask Users"})",
                                      R"({"value":"2","label":"Team"})", R"({"value":"x","label":"Internal"})", ""}));
    CAPTURE(listed);
    NotedTicket tenant(withPublish(listed));
    const Outcome outcome = tenant.add("x");
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == "visibility");
    CHECK_THAT(outcome.hint, Catch::Contains("nobody reads it who should not"));
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("the type of a note is found by its label, or by Autotask's own id where labels are translated")
{
    const auto [values, type] = GENERATE(table<std::string, std::string>(
        {{R"({"value":"1","label":"Task Summary"},{"value":"77","label":"Task Notes"})", "77"},
         {R"({"value":"1","label":"Task Summary"},{"value":"3","label":"Task Notes","isActive":false})", "1"},
         {R"({"value":"13","label":"Workflow"},{"value":"2","label":"Detail"},{"value":"3","label":"Notizen"})",
          "3"}}));
    CAPTURE(values);
    NotedTicket tenant(R"({"fields":[{"name":"publish","picklistValues":[{"value":"2","label":"Internal"}]},)"
                       R"({"name":"noteType","picklistValues":[)" +
                       values + "]}]}");
    REQUIRE(tenant.add("x").ok());
    CHECK(tenant.sentText("noteType") == type);
}

TEST_CASE("a title or text that is too long is clipped and its reference is not")
{
    NotedTicket tenant;
    const Outcome outcome = tenant.add(std::string(300, 't') + "\n" + std::string(33000, 'x'));
    REQUIRE(outcome.ok());
    CHECK(unitsOf(tenant.sentText("title")) == 250);
    CHECK_THAT(tenant.sentText("title"), Catch::EndsWith(withMarker(" ")));
    CHECK(unitsOf(tenant.sentText("description")) == 32000);
    CHECK_THAT(tenant.sentText("description"), Catch::StartsWith(withMarker("") + "\n"));
    CHECK(document("note-result", outcome.result)->getArray("warnings")->size() == 1);
}

TEST_CASE("a note of the length that the plugin describes is not clipped, whatever the reference")
{
    NotedTicket tenant;
    const auto about = document("update-description", tenant.plugin.describeUpdates().result);
    const std::string text(about->getValue<std::size_t>("noteMaxLength"), 'x');
    const Outcome outcome = tenant.plugin.addNote(R"({"version":1,"text":")" + text + R"(","visibility":"internal"})",
                                                  "7", std::string(40, 'R'));
    REQUIRE(outcome.ok());
    CHECK(!document("note-result", outcome.result)->has("warnings"));
    CHECK(unitsOf(tenant.sentText("description")) == 32000);
}

TEST_CASE("whoever wants an e-mail about a note is told that Autotask sends none")
{
    NotedTicket tenant;
    CHECK_THAT(tenant.add("x", R"("notify":true)").result, Catch::Contains("workflow rule"));
    CHECK_THAT(tenant.add("x").result, !Catch::Contains("warnings"));
}

TEST_CASE("a note for a ticket that Autotask does not have is not found, and no field is to blame")
{
    const auto said = GENERATE(values<std::string>(
        {"Reference value on field: ticketID of type: Ticket does not exist or is invalid. ; on record "
         "number [1].",
         "ticketID: Value 7 does not exist or is invalid"}));
    NotedTicket tenant;
    tenant.host.instead[2] = {500, "{\"errors\":[\"" + said + "\"]}"};
    const Outcome outcome = tenant.add("x");
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.field.empty());
    CHECK(tenant.plugin.addNote(R"({"version":1,"text":"x","visibility":"internal"})", "T20261124.0017").status ==
          PSA_NOT_FOUND);
}

TEST_CASE("a rejected note is told apart from one whose outcome is not known")
{
    const auto [answer, status, words] = GENERATE(table<Answer, psa_status, std::string>(
        {{{500, R"({"errors":["Picklist value [2] does not exist for publish."]})"}, PSA_INVALID_TICKET, "the note"},
         {{500,
           R"({"errors":["The logged in Resource does not have the adequate permissions to create this entity type."]})"},
          PSA_PERMISSION,
          "permission"},
         {{500, ""}, PSA_OUTCOME_UNKNOWN, "added the note"},
         {{200, R"({"itemId":null})"}, PSA_OUTCOME_UNKNOWN, "no note id"},
         {noAnswer(PSA_HTTP_REASON_TIMEOUT), PSA_OUTCOME_UNKNOWN, "added the note"},
         {notSent(PSA_HTTP_REASON_DRY_RUN), PSA_CANCELLED, "Dry run"}}));
    CAPTURE(words);
    NotedTicket tenant;
    tenant.host.instead[2] = answer;
    const Outcome outcome = tenant.add("x");
    CHECK(outcome.status == status);
    CHECK_THAT(outcome.message, Catch::Contains(words));
    CHECK(mutating(tenant.host) == 1);
}

TEST_CASE("a note without a text is rejected before anything is sent")
{
    NotedTicket tenant;
    CHECK(tenant.add(" \n ").status == PSA_INVALID_TICKET);
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("a note is found by exactly its reference in title or text, the oldest first")
{
    NotedTicket tenant;
    CHECK(tenant.found(noteRow(9, withMarker("Disk ")) + "," + noteRow(8, "edited", withMarker("") + "\\nx") + "," +
                       noteRow(3, "disk [k7wjx5py8q7xn1dqnpkhe5xk57]") + "," +
                       noteRow(4, "about " + std::string(noteReference)) + "," +
                       noteRow(5, withMarker("Re: ") + " and more", "see " + withMarker(""))) == "8 9");
    CHECK(tenant.host.sent.back().body ==
          R"({"filter":[{"items":[{"field":"ticketID","op":"eq","value":7},{"items":[{"field":"title","op":"contains",)"
          R"("value":")" +
              std::string(noteReference) + R"("},{"field":"description","op":"contains","value":")" + noteReference +
              R"("}],"op":"or"}],"op":"and"}],)"
              R"("includeFields":["id","ticketID","title","description","createdByContactID"],"maxRecords":100})");
    CHECK(tenant.found("").empty());
}

TEST_CASE("what a customer quotes, and a note of another ticket, is not the note")
{
    NotedTicket tenant;
    CHECK(tenant
              .found(noteRow(9, withMarker("Re: "), "x", R"(,"createdByContactID":30001)") + "," +
                     R"({"id":10,"ticketID":8,"title":")" + withMarker("Disk ") + "\"}")
              .empty());
}

TEST_CASE("a tenant that cannot search the texts of notes is searched by their titles")
{
    NotedTicket tenant(R"({"fields":[{"name":"description","isQueryable":false}]})");
    CHECK(tenant.found(noteRow(9, withMarker("Disk "))) == "9");
    CHECK_THAT(tenant.host.sent.back().body, !Catch::Contains(R"("field":"description")"));
}

TEST_CASE("a search for a note that says nothing never counts as none")
{
    std::string fullPage;
    for (int i = 1; i <= 100; ++i)
        fullPage += (i == 1 ? "" : ",") + noteRow(i, "other");
    const auto body = GENERATE_COPY(
        values<std::string>({"", "{}", "{\"items\":null}", "{\"items\":[", R"({"items":[{"id":5}]})",
                             R"({"items":[{"id":5,"ticketID":7}]})", R"({"items":[{"ticketID":7,"title":"x"}]})",
                             R"({"items":[null]})", "{\"items\":[" + fullPage + "]}"}));
    NotedTicket tenant;
    tenant.host.on("POST", noteQuery, ok(body));
    const Outcome outcome = tenant.plugin.findNote(noteReference);
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK(!outcome.hint.empty());
}
