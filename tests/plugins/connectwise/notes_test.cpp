// Notes of a ticket: added, found again, deleted.
#include "company.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::connectwise::test;
using Catch::Contains;
using psa::plugins::parseObject;
using psa::plugins::textOf;

namespace {

constexpr const char *notesRoute = "/service/tickets/7/notes";

std::string note(const std::string &text, const std::string &more = {})
{
    return R"({"version":1,"text":")" + text + R"(","visibility":"internal")" + more + "}";
}

/// A company that adds notes to ticket 7.
struct Noting : Company
{
    explicit Noting(const Answer &answer = {201, R"({"id":31,"createdBy":"psa","dateCreated":"2026-11-24T15:30:00Z"})"})
    {
        host.on("POST", notesRoute, answer).on("GET", "/service/tickets/7", ok(row("")));
    }
    static std::string row(const std::string &more)
    {
        return R"({"id":7,"externalXRef":"01ARZ3NDEKTSV4RRFFQ69G5FAV","_info":{"enteredBy":"psa"})" + more + "}";
    }
    psa::plugins::Object::Ptr sentNote() const { return parseObject(host.sent.back().body); }
};

/// A company whose ticket 7 has these notes.
struct NotesOf : Company
{
    explicit NotesOf(const std::string &rows) { host.on("GET", notesRoute, ok(rows)); }
    /// The ids of the notes that were found, or the status of the error.
    std::string found(const std::string &reference = "REF1")
    {
        const Outcome outcome = plugin.findNote(reference);
        if (!outcome.ok())
            return "status " + std::to_string(outcome.status);
        const auto notes = document("found-notes", outcome.result)->getArray("notes");
        std::string ids;
        for (unsigned i = 0; i < notes->size(); ++i)
            ids += (i == 0 ? "" : " ") + textOf(*notes->getObject(i), "id");
        return ids;
    }
};

} // namespace

TEST_CASE("a note is added with one request, in exactly one place, and nobody is e-mailed")
{
    const auto [more, place] = GENERATE(table<std::string, std::string>(
        {{"", "internalAnalysisFlag"},
         {R"(,"kind":"note")", "internalAnalysisFlag"},
         {R"(,"visibility":"public")", "detailDescriptionFlag"},
         {R"(,"kind":"resolution")", "resolutionFlag"},
         {R"(,"visibility":"public","kind":"resolution","notify":false)", "resolutionFlag"}}));
    Noting company;
    const Outcome outcome = company.plugin.addNote(note("It is over.", more));
    REQUIRE(outcome.ok());
    CHECK(textOf(*document("note-result", outcome.result)->getObject("note"), "id") == "31");
    CHECK(company.host.sent.size() == 2); // The company lookup, and the note.
    CHECK(mutating(company.host) == 1);
    const auto sent = company.sentNote();
    CHECK(textOf(*sent, "text") == "It is over.\nREF1");
    for (const char *flag : {"detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag"})
    {
        CAPTURE(flag);
        REQUIRE(sent->has(flag)); // A missing flag could be the site's own choice.
        CHECK(sent->getValue<bool>(flag) == (place == flag));
    }
    REQUIRE(sent->has("processNotifications"));
    CHECK_FALSE(sent->getValue<bool>("processNotifications"));
}

TEST_CASE("people are e-mailed about a note only if the request says so")
{
    Noting company;
    REQUIRE(company.plugin.addNote(note("x", R"(,"notify":true)")).ok());
    CHECK(company.sentNote()->getValue<bool>("processNotifications"));
}

TEST_CASE("a note that is too long is truncated with a warning, and its reference stays the whole last line")
{
    const std::string letter = GENERATE("x", "\u20ac", "\U0001F600", "y\\n");
    std::string text;
    for (int i = 0; i < 5000; ++i)
        text += letter;
    const std::string reference(40, 'R');
    Noting company;
    const Outcome outcome = company.plugin.addNote(note(text), "7", reference);
    REQUIRE(outcome.ok());
    CHECK_THAT(outcome.result, Contains("truncated"));
    const std::string sent = textOf(*company.sentNote(), "text");
    CHECK(psa::clip(sent, 4000).text == sent);
    CHECK_THAT(sent, Catch::EndsWith("\n" + reference));
}

TEST_CASE("a note of several lines keeps them, without blank ones at its end")
{
    Noting company;
    REQUIRE(company.plugin.addNote(note("a\\n\\n * b #1\\n \\n")).ok());
    CHECK(textOf(*company.sentNote(), "text") == "a\n\n * b #1\nREF1");
}

TEST_CASE("a note without text, or with a reference that could not be found again, is not sent")
{
    Noting company;
    const Outcome blank = company.plugin.addNote(note(" "));
    CHECK(blank.status == PSA_INVALID_TICKET);
    CHECK(blank.field == "text");
    CHECK(company.plugin.addNote("[").status == PSA_INVALID_TICKET);
    for (const char *reference : {"", "ref-1", "R\\n", "0123456789012345678901234567890123456789X"})
        CHECK(company.plugin.addNote(note("x"), "7", reference).status == PSA_INTERNAL);
    CHECK(company.host.sent.empty());
}

TEST_CASE("a note for a deleted ticket says that the ticket is gone, without a field")
{
    Noting company({404, R"({"code":"NotFound","message":"Service Ticket 7 not found","errors":null})"});
    const Outcome outcome = company.plugin.addNote(note("x"));
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.field.empty());
    CHECK_THAT(outcome.message, Contains("no ticket with the id 7"));
    CHECK(company.plugin.addNote(note("x"), "T2026").status == PSA_NOT_FOUND);
    Noting page({404, "<html>404</html>"});
    CHECK(page.plugin.addNote(note("x")).status == PSA_INVALID_CONFIG);
}

TEST_CASE("a note that a merged ticket rejects says where the ticket went")
{
    Company company;
    company.host
        .on("POST", notesRoute,
            {400,
             R"({"code":"InvalidObject","message":"x","errors":[{"code":"InvalidField","message":"No.","field":"ticketId"}]})"})
        .on("GET", "/service/tickets/7", ok(Noting::row(R"(,"mergedParentTicket":{"id":9})")));
    const Outcome outcome = company.plugin.addNote(note("x"));
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.field.empty());
    CHECK_THAT(outcome.message, Contains("merged into ticket 9"));
}

TEST_CASE("a note that ConnectWise rejects for another reason tells that reason")
{
    Noting company({400, R"({"code":"InvalidObject","message":"serviceNote object is invalid","errors":[
        {"code":"InvalidField","message":"The discussion is locked","field":"detailDescriptionFlag"}]})"});
    const Outcome outcome = company.plugin.addNote(note("x"));
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.message == "ConnectWise does not accept the note: The discussion is locked.");
}

TEST_CASE("whether a note was added is unknown without a usable response")
{
    const auto answer = GENERATE(noAnswer(PSA_HTTP_REASON_TIMEOUT), noAnswer(PSA_HTTP_REASON_NONE), Answer{500, ""},
                                 Answer{502, "x"}, Answer{201, "{}"}, Answer{201, "{\"id\":"}, Answer{408, ""});
    Noting company(answer);
    const Outcome outcome = company.plugin.addNote(note("x"));
    CHECK(outcome.status == PSA_OUTCOME_UNKNOWN);
    CHECK_THAT(outcome.message, Contains("added the note"));
    CHECK_THAT(outcome.hint, Contains("note is looked up by its reference"));
}

TEST_CASE("notes are found by a line that is exactly their reference, oldest first")
{
    NotesOf company(R"([{"id":35,"text":"Over.\r\nREF1\r\n"},{"id":34,"text":"REF12\nXREF1\nref1"},
        {"id":33,"text":"See REF1"},{"id":32},{"id":31,"text":"a\nREF1\nSomebody added a line"}])");
    CHECK(company.found() == "31 35");
    CHECK(company.found("REF2").empty());
    CHECK(queryOf(company.host.sent[1]) == "orderBy=id desc&pageSize=1000&page=1");
    CHECK(company.host.sent.size() == 3);
    CHECK(mutating(company.host) == 0);
}

TEST_CASE("a customer's mail that quotes a note is not taken for it")
{
    NotesOf company(R"([{"id":36,"text":"Thanks\nREF1","contact":{"id":5,"name":"Ada"}},{"id":31,"text":"a\nREF1"}])");
    CHECK(company.found() == "31");
}

TEST_CASE("a list of notes that may not be whole never counts as none")
{
    const auto rows = GENERATE(values<std::string>({"", "{}", "[null]", "[{}]", R"([{"id":"x"}])", "[5]", "<html>"}));
    NotesOf company(rows);
    CHECK(company.found() == "status " + std::to_string(PSA_UNAVAILABLE));
}

TEST_CASE("notes beyond the first thousand are found, and pages that repeat are no answer")
{
    std::string page;
    for (int id = 1000; id > 0; --id)
        page += (page.empty() ? "" : ",") + (R"({"id":)" + std::to_string(id + 1)) + R"(,"text":"x"})";
    NotesOf company("[" + page + "]");
    company.host.on("GET", notesRoute, ok(R"([{"id":1,"text":"REF1"}])"));
    CHECK(company.found() == "1");
    NotesOf endless("[" + page + "]");
    CHECK(endless.found() == "status " + std::to_string(PSA_UNAVAILABLE));
}

TEST_CASE("a note of a deleted ticket cannot be looked for")
{
    Company company;
    company.host.on("GET", notesRoute, {404, R"({"code":"NotFound","message":"Service Ticket 7 not found"})"});
    const Outcome outcome = company.plugin.findNote();
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.field.empty());
}

TEST_CASE("an own note is deleted with one changing request, and one that is gone is no error")
{
    Noting company;
    company.host.on("GET", "/service/tickets/7/notes/31", ok(R"({"id":31,"text":"a\nREF1","createdBy":"psa"})"))
        .on("DELETE", "/service/tickets/7/notes/31", {204, ""})
        .on("GET", "/service/tickets/7/notes/32",
            {404, R"({"code":"NotFound","message":"Service Note 32 not found"})"});
    REQUIRE(company.plugin.addNote(note("a")).ok());
    const std::size_t before = company.host.sent.size();
    CHECK(company.plugin.removeNote("31").ok());
    CHECK(company.host.sent.size() == before + 2);
    CHECK(company.host.sent.back().method == "DELETE");
    CHECK(company.host.sent.back().mutates);
    CHECK(company.plugin.removeNote("32").ok());
    CHECK(company.plugin.removeNote("x").ok());
}

TEST_CASE("a note that somebody else wrote or changed is never deleted")
{
    const auto body = GENERATE(values<std::string>(
        {R"({"id":31,"text":"a\nREF1","createdBy":"jane"})", R"({"id":31,"text":"a\nREF1"})",
         R"({"id":31,"text":"Called back"})", R"({"id":31,"text":"a\nREF1\nAnd more.","createdBy":"psa"})",
         R"({"id":31,"text":"REF1","createdBy":"psa","contact":{"id":5}})"}));
    CAPTURE(body);
    Noting company;
    company.host.on("GET", "/service/tickets/7/notes/31", ok(body));
    const Outcome outcome = company.plugin.removeNote("31");
    CHECK(outcome.status == PSA_CONFLICT);
    CHECK(mutating(company.host) == 0);
}

TEST_CASE("after a restart an own note is still known by the ticket that this host created")
{
    Noting company;
    company.host.on("GET", "/service/tickets/7/notes/31", ok(R"({"id":31,"text":"a\nREF1","createdBy":"psa"})"))
        .on("DELETE", "/service/tickets/7/notes/31", {204, ""});
    CHECK(company.plugin.removeNote("31").ok());
    CHECK(mutating(company.host) == 1);
}
