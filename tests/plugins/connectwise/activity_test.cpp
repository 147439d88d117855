// Has anybody touched the ticket?
#include "company.h"

#include "common/json.h"

#include <Poco/String.h>

#include <catch2/catch.hpp>

using namespace psa::plugins::connectwise::test;
using Catch::Contains;
using psa::plugins::textOf;

namespace {

/// A row of ticket 7 that "psa", this API member, created at 15:00:00.
struct TicketRow
{
    std::string updated = "15:00:00";
    std::string updatedBy = "psa";
    std::string status = "11";
    std::string owner{};
    std::string more{};

    std::string json() const
    {
        return R"({"id":7,"externalXRef":"01ARZ3NDEKTSV4RRFFQ69G5FAV","board":{"id":1},"status":{"id":)" + status +
               R"(,"name":"Status )" + status + R"("},)" + (owner.empty() ? "" : R"("owner":{"id":)" + owner + "},") +
               R"("closedFlag":)" + (status == "19" ? "true" : "false") +
               R"(,"customerUpdatedFlag":false,"actualHours":0,"_info":{"lastUpdated":)" + R"("2026-11-24T)" + updated +
               R"(Z","updatedBy":")" + updatedBy + R"(","dateEntered":"2026-11-24T15:00:00Z","enteredBy":"psa"})" +
               more + "}";
    }
};

constexpr const char *allNotesRoute = "/service/tickets/7/allNotes";
constexpr const char *trailRoute = "/system/audittrail";
constexpr const char *timeRoute = "/time/entries";

std::string noteBy(const std::string &who, const std::string &at, const std::string &more = {})
{
    return R"({"id":31,"noteType":"TicketNote","text":"x","member":{"id":1,"identifier":")" + who +
           R"(","name":"Name of )" + who + R"("},"_info":{"dateEntered":"2026-11-24T)" + at + R"(Z","enteredBy":")" +
           who + "\"}" + more + "}";
}

std::string trailBy(const std::string &who, const std::string &at, const std::string &text = "Status changed")
{
    return R"({"text":")" + text + R"(","enteredBy":")" + who + R"(","enteredDate":"2026-11-24T)" + at +
           R"(Z","auditType":"Ticket","auditSource":""})";
}

/// Ticket 7 in states that follow each other, as one connection sees them.
class Life
{
public:
    /// The answers to the next calls; an empty list of rows is "[]".
    void now(const TicketRow &row, const std::string &notes = {}, const std::string &trail = {},
             const std::string &time = {})
    {
        now(ok(row.json()), ok("[" + notes + "]"), ok("[" + trail + "]"), ok("[" + time + "]"));
    }
    void now(const Answer &ticket, const Answer &notes, const Answer &trail, const Answer &time)
    {
        answers_ = {ticket, notes, trail, time};
    }
    /// Reads the activity, keeps its watermark, and returns "touched: who did what (time); ...".
    std::string read()
    {
        const Outcome outcome = ask(watermark);
        watermark = textOf(*document("activity", outcome.result), "watermark");
        return shown(outcome);
    }
    std::string readFrom(const std::string &mark) { return shown(ask(mark)); }
    /// Requests of the last call, without the company lookup.
    std::size_t requests() const { return requests_; }
    Outcome ask(const std::string &mark)
    {
        FakeHost host;
        host.cache = cache;
        host.on("GET", rowRoute, answers_.at(0))
            .on("GET", allNotesRoute, answers_.at(1))
            .on("GET", trailRoute, answers_.at(2))
            .on("GET", timeRoute, answers_.at(3))
            .on("GET", "/service/tickets/7/notes", oldNotes);
        scriptCompany(host);
        ConnectWiseUnderTest plugin(host);
        plugin.configured(site);
        Outcome outcome = plugin.activity(mark);
        REQUIRE(mutating(host) == 0);
        requests_ = host.sent.size() - 1;
        if (keepsCache)
            cache = host.cache;
        cache.erase("company");
        return outcome;
    }

    std::string watermark;
    std::string site = "https://na.myconnectwise.net";
    std::map<std::string, std::string> cache;
    bool keepsCache = true;
    Answer oldNotes{404, R"({"code":"NotFound","message":"x"})"};

private:
    static std::string shown(const Outcome &outcome)
    {
        REQUIRE(outcome.ok());
        const auto activity = document("activity", outcome.result);
        std::string text = textOf(*activity, "touched");
        if (const auto by = activity->getArray("by"))
            for (unsigned i = 0; i < by->size(); ++i)
                text += (i == 0 ? ": " : "; ") + textOf(*by->getObject(i), "what") + " (" +
                        Poco::replace(textOf(*by->getObject(i), "at"), std::string("2026-11-24T"), std::string()) + ")";
        return text;
    }

    std::vector<Answer> answers_;
    std::size_t requests_ = 0;
};

/// A ticket that was read once after it was created.
struct Watched : Life
{
    Watched()
    {
        now(TicketRow{});
        REQUIRE(read() == "no");
        REQUIRE(requests() == 4);
    }
};

} // namespace

TEST_CASE("a ticket as it was last read costs one request")
{
    Watched life;
    CHECK(life.read() == "no");
    CHECK(life.requests() == 1);
}

TEST_CASE("what a person did in the second of the creation counts, before our own note")
{
    Life life;
    life.now({"10:00:00", "psa"}, noteBy("tess", "10:00:00"));
    CHECK(life.read() != "no");
}

TEST_CASE("what this API member did is no touch, also when it closed the ticket")
{
    Watched life;
    life.now({"15:10:00", "psa", "19"}, noteBy("psa", "15:09:00"), trailBy("psa", "15:10:00"));
    const Outcome outcome = life.ask(life.watermark);
    const auto activity = document("activity", outcome.result);
    CHECK(textOf(*activity, "touched") == "no");
    CHECK(activity->getValue<bool>("closed"));
    CHECK(textOf(*activity->getObject("status"), "label") == "Status 19");
    CHECK(life.requests() == 4);
}

TEST_CASE("a person's note before our own one is found, although the ticket was last updated by us")
{
    Watched life;
    life.now({"15:10:00", "psa"}, noteBy("psa", "15:10:00") + "," + noteBy("jane", "15:05:00"));
    CHECK(life.read() == "yes: Name of jane wrote a note (15:05:00Z)");
    life.now({"15:20:00", "psa"}, noteBy("psa", "15:20:00") + "," + noteBy("jane", "15:05:00"));
    CHECK(life.read() == "no"); // It was told before.
}

TEST_CASE("a note in the second of the watermark is told once, and one that came later in it is told too")
{
    Watched life;
    life.now({"15:05:00", "jane"}, noteBy("jane", "15:05:00"));
    CHECK(life.read() == "yes: Name of jane wrote a note (15:05:00Z)");
    life.now({"15:05:00", "psa"}, noteBy("jane", "15:05:00"));
    CHECK(life.read() == "no");
    life.now({"15:05:00", "bob"}, noteBy("jane", "15:05:00") + "," +
                                      Poco::replace(noteBy("bob", "15:05:00"), std::string("31"), std::string("32")));
    CHECK(life.read() == "yes: Name of bob wrote a note (15:05:00Z)");
}

TEST_CASE("a customer's note is a touch, whoever brought it in")
{
    Watched life;
    life.now(
        {"15:05:00", "EmailConnector"},
        R"({"id":31,"text":"x","contact":{"id":5,"name":"Ada Byron"},"_info":{"dateEntered":"2026-11-24T15:05:00Z","enteredBy":"EmailConnector"}})");
    CHECK(life.read() == "yes: Ada Byron (a contact) wrote a note (15:05:00Z)");
    Watched flagged;
    flagged.now({"15:05:00", "EmailConnector", "11", "", R"(,"customerUpdatedFlag":true)"});
    CHECK_THAT(flagged.read(), Contains("yes: The customer updated the ticket"));
}

TEST_CASE("a person's time entry is a touch, with and without a note, and where time cannot be read")
{
    const std::string entry =
        R"({"id":41,"member":{"id":1,"identifier":"jane","name":"Jane Doe"},"dateEntered":"2026-11-24T15:05:00Z"})";
    const std::string hours = R"(,"actualHours":0.25)";
    Watched life;
    life.now({"15:05:00", "psa", "11", "", hours}, "", "", entry);
    CHECK(life.read() == "yes: Jane Doe entered time (15:05:00Z)");
    Watched blind;
    blind.now(ok(TicketRow{"15:05:00", "psa", "11", "", hours}.json()), ok("[]"), ok("[]"), {403, ""});
    CHECK(blind.read() == "yes: Somebody entered time (15:05:00Z)");
    Watched noted;
    noted.now({"15:05:00", "psa", "11", "", hours},
              noteBy("jane", "15:05:00", R"(,"timeStart":"2026-11-24T15:00:00Z")"));
    CHECK(noted.read() == "yes: Name of jane wrote a note (15:05:00Z)");
    CHECK(noted.requests() == 3); // Once it is certain, nothing more is read.
}

TEST_CASE("a status or owner that a person set is a touch, also when it was set back and we wrote afterwards")
{
    Watched life;
    life.now({"15:10:00", "psa"}, noteBy("psa", "15:10:00"),
             trailBy("jane", "15:05:00", "Status: New to Closed") + "," +
                 trailBy("jane", "15:06:00", "Status: Closed to New"));
    CHECK(life.read() == "yes: jane changed the ticket: Status: New to Closed (15:05:00Z); "
                         "jane changed the ticket: Status: Closed to New (15:06:00Z)");
    CHECK(life.requests() == 3);
    Watched bare;
    bare.now({"15:10:00", "jane", "11", "150"});
    CHECK(bare.read() == "yes: jane changed the ticket (15:10:00Z)");
}

TEST_CASE("the audit trail does not repeat what the notes say")
{
    Watched life;
    life.now({"15:05:00", "jane"}, noteBy("jane", "15:05:00"), trailBy("jane", "15:05:00", "A note was added"));
    CHECK(life.read() == "yes: Name of jane wrote a note (15:05:00Z)");
}

TEST_CASE("a note that a person changed is a touch")
{
    Watched life;
    life.now({"15:10:00", "psa"},
             R"({"id":31,"text":"x","member":{"id":2,"identifier":"psa"},"_info":{"dateEntered":"2026-11-24T15:01:00Z",
                 "enteredBy":"psa","lastUpdated":"2026-11-24T15:05:00Z","updatedBy":"jane"}})");
    CHECK(life.read() == "yes: jane changed a note (15:05:00Z)");
}

TEST_CASE("workflow rules and the members that the configuration names are no people")
{
    Watched life;
    life.now({"15:05:00", "Workflow", "12"}, "",
             R"({"text":"x","enteredBy":"zadmin","enteredDate":"2026-11-24T15:05:00Z","auditSource":"Workflow Rule"})");
    CHECK(life.read() == "no");
    FakeHost host;
    host.on("GET", rowRoute, ok(TicketRow{"15:05:00", "RmmSync", "12"}.json()))
        .on("GET", allNotesRoute, ok("[" + noteBy("rmmsync", "15:05:00") + "]"))
        .on("GET", trailRoute, ok("[" + trailBy("zAdmin", "15:04:00") + "]"))
        .on("GET", timeRoute, ok("[]"));
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    REQUIRE(plugin
                .configure(R"({"version":1,"values":{"siteUrl":"https://na.myconnectwise.net","companyId":"examplemsp",
                    "publicKey":"pub1ic","privateKey":"k3y-k3y","clientId":"cl1ent-x","automationMembers":" rmmSync ,\nzadmin;"}})")
                .ok());
    CHECK_THAT(plugin.activity(life.watermark).result, Contains("\"touched\":\"no\""));
}

TEST_CASE("without the audit trail only a changed value makes it unclear who it was")
{
    const Answer forbidden{403, R"({"code":"Security","message":"No."})"};
    Watched life;
    life.now(ok(TicketRow{"15:05:00", "psa"}.json()), ok("[" + noteBy("psa", "15:05:00") + "]"), forbidden, ok("[]"));
    CHECK(life.read() == "no");
    life.now(ok(TicketRow{"15:06:00", "psa", "12"}.json()), ok("[]"), forbidden, ok("[]"));
    CHECK_THAT(life.read(), Contains("unclear: The ticket changed, and the API member may not read its audit trail"));
    Watched blind;
    blind.now(ok(TicketRow{"15:05:00", "psa"}.json()), forbidden, ok("[]"), ok("[]"));
    blind.oldNotes = forbidden;
    CHECK_THAT(blind.read(), Contains("unclear: The ticket changed, and the API member may not read its notes"));
}

TEST_CASE("an old site without the list of all notes is asked for the plain one")
{
    Watched life;
    life.oldNotes = ok(R"([{"id":31,"text":"x","createdBy":"jane","dateCreated":"2026-11-24T15:05:00Z"}])");
    life.now(ok(TicketRow{"15:10:00", "psa"}.json()), {405, ""}, ok("[]"), ok("[]"));
    CHECK(life.read() == "yes: jane wrote a note (15:05:00Z)");
}

TEST_CASE("without the own identifier nobody is accused")
{
    Life life;
    life.now(TicketRow{"15:10:00", "psa", "11", "", R"(,"externalXRef":"PO 4711")"}, noteBy("psa", "15:10:00"));
    CHECK_THAT(life.read(), Contains("unclear: "));
}

TEST_CASE("a watermark brings the own identifier back after a restart")
{
    Watched life;
    life.cache.clear();
    life.now({"15:10:00", "psa", "11", "", R"(,"externalXRef":"changed")"}, noteBy("psa", "15:10:00"));
    CHECK(life.read() == "no");
}

TEST_CASE("a ticket that somebody else created was touched by them")
{
    Life life;
    life.cache["own:pub1ic"] = "psa";
    life.now(ok(R"({"id":7,"status":{"id":11},"_info":{"lastUpdated":"2026-11-24T15:00:00Z","updatedBy":"jane",
                "dateEntered":"2026-11-24T15:00:00Z","enteredBy":"jane"}})"),
             ok("[]"), ok("[]"), ok("[]"));
    CHECK(life.read() == "yes: jane changed the ticket (15:00:00Z)");
}

TEST_CASE("a deleted ticket is a result, and a page with 404 is not taken for one")
{
    Watched life;
    const Answer none = ok("[]");
    life.now({404, R"({"code":"NotFound","message":"Service Ticket 7 not found"})"}, none, none, none);
    const Outcome outcome = life.ask(life.watermark);
    REQUIRE(outcome.ok());
    const auto activity = document("activity", outcome.result);
    CHECK(activity->getValue<bool>("deleted"));
    CHECK(textOf(*activity, "touched") == "yes");
    life.now({404, "<html>404</html>"}, none, none, none);
    CHECK(life.ask(life.watermark).status == PSA_INVALID_CONFIG);
}

TEST_CASE("a merged ticket names the one that it was merged into")
{
    Watched life;
    life.now({"15:05:00", "jane", "19", "", R"(,"mergedParentTicket":{"id":9,"summary":"Other"})"});
    const Outcome outcome = life.ask(life.watermark);
    const auto activity = document("activity", outcome.result);
    CHECK(textOf(*activity->getObject("mergedInto"), "id") == "9");
    CHECK(textOf(*activity, "touched") == "yes");
}

TEST_CASE("notes that were merged in from another ticket are no touch by themselves")
{
    Watched life;
    life.now({"15:05:00", "psa"}, noteBy("jane", "15:04:00", R"(,"mergedFlag":true)"));
    CHECK(life.read() == "no");
}

TEST_CASE("where notes do not move a ticket, the notes are read, once our own one has shown that")
{
    Watched life;
    {
        FakeHost host;
        host.cache = life.cache;
        host.on("POST", "/service/tickets/7/notes",
                {201, R"({"id":30,"createdBy":"psa","dateCreated":"2026-11-24T15:10:00Z"})"});
        scriptCompany(host);
        ConnectWiseUnderTest plugin(host);
        plugin.configured();
        REQUIRE(plugin.addNote(R"({"version":1,"text":"x","visibility":"internal"})").ok());
        life.cache = host.cache;
        life.cache.erase("company");
    }
    life.now(TicketRow{}, noteBy("psa", "15:10:00"));
    CHECK(life.read() == "no");
    CHECK(life.requests() == 2);
    life.now(TicketRow{}, noteBy("psa", "15:10:00") + "," + noteBy("jane", "15:11:00"));
    CHECK(life.read() == "yes: Name of jane wrote a note (15:11:00Z)");
    CHECK(life.read() == "no"); // It was told before.
}

TEST_CASE("a watermark of nobody's making counts as none")
{
    Watched life;
    for (const char *mark : {"deleted", "{}", "[1]", "{\"updated\":5}", "\xff"})
    {
        CAPTURE(mark);
        life.now(TicketRow{});
        CHECK(life.readFrom(mark) == "no");
    }
}

TEST_CASE("a watermark stays within its 4000 characters, however much happened in one second")
{
    Watched life;
    std::string trail;
    for (int i = 0; i < 300; ++i)
        trail += (trail.empty() ? "" : ",") +
                 trailBy("jane", "15:05:00", "Change number " + std::to_string(i) + std::string(80, 'x'));
    life.now({"15:05:00", "jane"}, "", trail);
    CHECK_THAT(life.read(), Catch::StartsWith("yes"));
    CHECK(life.watermark.size() <= 4000);
}

TEST_CASE("a failure while the history is read is an error, never \"no\"")
{
    const auto answer = GENERATE(Answer{500, ""}, noAnswer(PSA_HTTP_REASON_TIMEOUT), Answer{429, ""});
    Watched life;
    life.now(ok(TicketRow{"15:05:00", "psa"}.json()), ok("[]"), answer, ok("[]"));
    CHECK(!life.ask(life.watermark).ok());
}
