// Has anybody touched the ticket?
#include "tenant.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::halopsa::test;
using Catch::Contains;
using psa::plugins::textOf;

namespace {

constexpr const char *web = "nethelpdesk-agent-web-application";

/// Ticket 7, which this application created.
struct TicketRow
{
    std::string status = "1";
    std::string agent = "1";
    std::string more{};

    std::string json() const
    {
        return R"({"id":7,"tickettype_id":1,"client_id":12,"team":"Service Desk","status_id":)" + status +
               R"(,"agent_id":)" + agent + R"(,"third_party_id_string":"01ARZ3NDEKTSV4RRFFQ69G5FAV")" + more + "}";
    }
};

std::string by(int id, const std::string &who, int agent, const std::string &application, const std::string &more = {})
{
    return R"({"id":)" + std::to_string(id) + R"(,"ticket_id":7,"outcome":"Internal Note","note":"x","who":")" + who +
           R"(","who_type":1,"who_agentid":)" + std::to_string(agent) + R"(,"actionby_application_id":")" +
           application + R"(","datetime":"2026-11-24T15:0)" + std::to_string(id % 10) + ":00.123\"" + more + "}";
}

const std::string opened = by(1, "psa-host", 9, "psa app");

std::string ours(int id, const std::string &more = {})
{
    return by(id, "psa-host", 9, "psa app", more);
}

std::string tess(int id, const std::string &more = {})
{
    return by(id, "Tess Tech", 3, web, more);
}

/// Ticket 7 in states that follow each other, as one connection sees them.
class Life
{
public:
    void now(const TicketRow &row, const std::string &actions, const std::string &count = {})
    {
        now(ok(row.json()), ok(R"({"ticket_id":7)" + (count.empty() ? "" : R"(,"record_count":)" + count) +
                               R"(,"actions":[)" + actions + "]}"));
    }
    void now(const Answer &ticket, const Answer &actions)
    {
        ticket_ = ticket;
        actions_ = actions;
    }
    Outcome ask(const std::string &mark)
    {
        FakeHost host;
        host.cache = cache;
        host.secrets["token"] = tokenCanary;
        host.on("GET", rowRoute, ticket_).on("GET", actionsRoute, actions_);
        scriptTenant(host);
        host.replace("GET", "/api/Agent/me", me);
        HaloPsaUnderTest plugin(host);
        plugin.configured(more);
        Outcome outcome = plugin.activity(mark);
        REQUIRE(mutating(host) == 0);
        requests_ = host.sent.size();
        cache = host.cache;
        return outcome;
    }
    /// Reads the activity, keeps its watermark, and returns "touched: who did what (time); ...".
    std::string read()
    {
        const Outcome outcome = ask(watermark);
        INFO(outcome.message);
        REQUIRE(outcome.ok());
        const auto activity = document("activity", outcome.result);
        watermark = textOf(*activity, "watermark");
        std::string text = textOf(*activity, "touched");
        if (const auto touches = activity->getArray("by"))
            for (unsigned i = 0; i < touches->size(); ++i)
                text += (i == 0 ? ": " : "; ") + textOf(*touches->getObject(i), "what") + " (" +
                        textOf(*touches->getObject(i), "at") + ")";
        return text;
    }
    std::size_t requests() const { return requests_; }

    std::string watermark;
    std::string more;
    std::map<std::string, std::string> cache;
    Answer me = ok(R"({"id":9,"name":"psa-host"})");

private:
    Answer ticket_;
    Answer actions_;
    std::size_t requests_ = 0;
};

/// A ticket that was read once after it was created.
struct Watched : Life
{
    Watched()
    {
        now(TicketRow{}, opened);
        REQUIRE(read() == "no");
    }
};

} // namespace

TEST_CASE("a look at an untouched ticket of HaloPSA costs two requests")
{
    Watched life;
    CHECK(life.requests() == 3); // Once a day it also asks who it is.
    CHECK(life.read() == "no");
    CHECK(life.requests() == 2);
}

TEST_CASE("what this application did is no touch")
{
    Watched life;
    life.now({"9", "1", R"(,"hasbeenclosed":true,"dateclosed":"2026-11-24T15:03:00")"},
             ours(3, R"(,"old_status":1,"new_status":9)") + "," + ours(2) + "," + opened);
    const Outcome outcome = life.ask(life.watermark);
    const auto activity = document("activity", outcome.result);
    CHECK(textOf(*activity, "touched") == "no");
    CHECK(activity->getValue<bool>("closed"));
    CHECK(textOf(*activity->getObject("status"), "id") == "9");
}

TEST_CASE("a person's action is a touch, also before our own later note, and is told once")
{
    Watched life;
    life.now({}, ours(3) + "," + tess(2) + "," + opened);
    CHECK(life.read() == "yes: Tess Tech wrote a note (2026-11-24T15:02:00Z)");
    CHECK(life.read() == "no");
}

TEST_CASE("an action that HaloPSA shows late, after a later one of ours, is a touch")
{
    Watched life;
    life.now({}, ours(3) + "," + opened);
    CHECK(life.read() == "no");
    life.now({}, ours(3) + "," + tess(2) + "," + opened);
    CHECK(life.read() == "yes: Tess Tech wrote a note (2026-11-24T15:02:00Z)");
    CHECK(life.read() == "no");
}

TEST_CASE("a customer's update is a touch")
{
    const auto *who = GENERATE(R"("who":"Ada Byron","who_type":0,"who_agentid":0,"actionby_user_id":480)",
                               R"("who":"ada@acme.example","who_type":0)");
    Watched life;
    life.now({}, std::string(R"({"id":2,"ticket_id":7,"note":"Still broken","datetime":"2026-11-24T15:02:00",)") + who +
                     "}," + opened);
    CHECK_THAT(life.read(), Contains("yes: ") && Contains("(a user) wrote a note (2026-11-24T15:02:00Z)"));
}

TEST_CASE("rules of HaloPSA and the automation of the configuration are no people")
{
    const auto action = GENERATE(as<std::string>(), by(2, "Ticket Rule", 0, ""), by(2, "System", 0, ""),
                                 by(2, "Tess Tech", 3, "Backup Connector"), by(2, "RMM Agent", 4, "x"));
    CAPTURE(action);
    Watched life;
    life.more = R"("automation":"backup connector, RMM agent")";
    life.now({"2"}, by(2, "Ticket Rule", 0, "", R"(,"new_status":2)") + "," + opened);
    CHECK(life.read() == "no");
    life.now({"2"}, action + "," + opened);
    CHECK(life.read() == "no");
}

TEST_CASE("another application is not taken for ours, although it acts as the same agent")
{
    Watched life;
    life.now({}, by(2, "psa-host", 9, "Other app") + "," + opened);
    CHECK_THAT(life.read(), Contains("yes: psa-host wrote a note"));
}

TEST_CASE("without names of applications the own agent tells what we did")
{
    Life life;
    life.now({}, by(1, "psa-host", 9, ""));
    CHECK(life.read() == "no");
    life.now({}, by(2, "Tess Tech", 3, "") + "," + by(1, "psa-host", 9, ""));
    CHECK_THAT(life.read(), Contains("yes: Tess Tech"));
}

TEST_CASE("without the own identity nobody is accused")
{
    Life life;
    life.me = {403, ""};
    life.now({}, opened);
    CHECK_THAT(life.read(), Contains("unclear: psa-host wrote a note"));
}

TEST_CASE("a watermark brings the own application back after a restart")
{
    Watched life;
    life.cache.clear();
    life.me = {403, ""};
    life.now({}, ours(2) + "," + opened);
    CHECK(life.read() == "no");
}

TEST_CASE("a ticket that a person created was touched")
{
    Life life;
    life.now({}, tess(1));
    CHECK_THAT(life.read(), Contains("yes: Tess Tech"));
}

TEST_CASE("a field that a person set without an action is a touch if the audit says so, and unclear if nothing does")
{
    const std::string audit =
        R"(,"auditing":[{"id":5,"ticket_id":7,"date":"2026-11-24T15:05:00","agent_id":3,"who":"Tess Tech","application_id":")" +
        std::string(web) + R"(","value":"agent_id","from":"Unassigned","to":"Tess Tech"}])";
    Watched life;
    life.now({"1", "3", audit}, opened);
    CHECK(life.read() == "yes: Tess Tech set agent_id to \"Tess Tech\" (2026-11-24T15:05:00Z)");
    CHECK(life.read() == "no");
    Watched blind;
    blind.now({"1", "3"}, opened);
    CHECK_THAT(blind.read(), Contains("unclear: Somebody set agent_id to \"3\", and HaloPSA does not say who"));
    CHECK(blind.read() == "no"); // It was told.
}

TEST_CASE("what the plugin itself has set is no touch, although HaloPSA shows no action for it")
{
    Watched life;
    {
        FakeHost host;
        host.cache = life.cache;
        host.on("GET", rowRoute, ok(TicketRow{}.json())).on("POST", ticketsRoute, {201, R"({"id":7})"});
        scriptTenant(host);
        HaloPsaUnderTest plugin(host);
        plugin.configured();
        REQUIRE(plugin.change(R"({"version":1,"status":9,"assignee":3,"queue":"Alert Team"})").ok());
        life.cache = host.cache;
    }
    life.now({"9", "3", R"(,"team":"Alert Team")"}, opened);
    CHECK(life.read() == "no");
    life.now({"2", "3", R"(,"team":"Alert Team")"}, opened);
    CHECK_THAT(life.read(), Contains("unclear: Somebody set status_id to \"2\""));
}

TEST_CASE("an agent who works on a new ticket is a sign, unless the plugin has set that agent")
{
    Life life;
    life.now({"1", "3"}, opened);
    CHECK_THAT(life.read(), Contains("unclear: Somebody set agent_id to \"3\""));
    Life own;
    own.now({"1", "9"}, opened);
    CHECK(own.read() == "no");
    Life created;
    {
        FakeHost host;
        host.on("POST", ticketsRoute, {201, R"({"id":7,"agent_id":3,"status_id":1})"});
        scriptTenant(host);
        HaloPsaUnderTest plugin(host);
        plugin.configured();
        REQUIRE(plugin.create(ticket(R"("assignee":3,"fields":{"ticketType":1})")).ok());
        created.cache = host.cache;
    }
    created.now({"1", "3"}, opened);
    CHECK(created.read() == "no");
}

TEST_CASE("an agent whom HaloPSA has assigned with the creation is no touch")
{
    Life life;
    {
        FakeHost host;
        host.on("POST", ticketsRoute, {201, R"({"id":7,"agent_id":3,"status_id":1})"});
        scriptTenant(host);
        HaloPsaUnderTest plugin(host);
        plugin.configured();
        REQUIRE(plugin.create(ticket()).ok());
        life.cache = host.cache;
    }
    life.now({"1", "3"}, opened);
    CHECK(life.read() == "no");
    life.now({"1", "4"}, opened);
    CHECK_THAT(life.read(), Contains("unclear: Somebody set agent_id to \"4\""));
}

TEST_CASE("a change whose answer was lost is recognized as our own")
{
    Watched life;
    {
        FakeHost host;
        host.cache = life.cache;
        host.on("GET", rowRoute, ok(TicketRow{}.json())).on("POST", ticketsRoute, noAnswer(PSA_HTTP_REASON_CLOSED));
        scriptTenant(host);
        HaloPsaUnderTest plugin(host);
        plugin.configured();
        REQUIRE(plugin.change(R"({"version":1,"status":9})").status == PSA_OUTCOME_UNKNOWN);
        life.cache = host.cache;
    }
    life.now({"9"}, opened);
    CHECK(life.read() == "no");
}

TEST_CASE("a merged ticket names the one that it was merged into")
{
    Watched life;
    life.now({"9", "1", R"(,"merged_into_id":9)"}, opened);
    const Outcome outcome = life.ask(life.watermark);
    const auto activity = document("activity", outcome.result);
    CHECK(textOf(*activity->getObject("mergedInto"), "id") == "9");
    CHECK(textOf(*activity, "touched") == "yes");
}

TEST_CASE("a deleted ticket is a result, and one that may only be hidden is unclear")
{
    const auto [answer, deleted, touched] = GENERATE(table<Answer, bool, std::string>({
        {{404, ""}, true, "yes"},
        {{200, R"({"id":7,"deleted":true})"}, true, "yes"},
        {{400, R"({"Message":"Ticket not found, or you do not have access to this Ticket"})"}, false, "unclear"},
        {{403, R"({"Message":"Ticket not found, or you do not have access to this Ticket"})"}, false, "unclear"},
    }));
    CAPTURE(answer.status, answer.body);
    Watched life;
    life.now(answer, ok("[]"));
    const Outcome outcome = life.ask(life.watermark);
    INFO(outcome.message);
    REQUIRE(outcome.ok());
    const auto activity = document("activity", outcome.result);
    CHECK(activity->optValue("deleted", false) == deleted);
    CHECK(textOf(*activity, "touched") == touched);
    CHECK(life.ask("").ok());
}

TEST_CASE("whether a ticket is closed is told by its status, whatever its marks and dates say")
{
    const auto [row, closed] = GENERATE(table<TicketRow, bool>({
        {{"1", "1", R"(,"hasbeenclosed":false,"dateclosed":"1899-12-30T00:00:00")"}, false},
        {{"1", "1", R"(,"hasbeenclosed":false,"dateclosed":"1900-01-01T00:00:00")"}, false},
        {{"1", "1", R"(,"dateclosed":null)"}, false},
        {{"2", "1", R"(,"hasbeenclosed":true,"dateclosed":"1899-12-30T00:00:00")"}, false},
        {{"9", "1", R"(,"hasbeenclosed":true,"dateclosed":"2026-11-24T15:05:00")"}, true},
        {{"9", "1", R"(,"hasbeenclosed":true,"dateclosed":"2026-11-24T15:05:00.123Z")"}, true},
        {{"77", "1", R"(,"hasbeenclosed":true,"dateclosed":"2026-11-24T15:05:00")"}, true}, // not in the lists
        {{"77", "1", R"(,"hasbeenclosed":true,"dateclosed":"0001-01-01T00:00:00")"}, false},
    }));
    CAPTURE(row.json());
    Life life;
    life.now(row, opened);
    CHECK(document("activity", life.ask("").result)->getValue<bool>("closed") == closed);
}

TEST_CASE("a list of actions that is not whole leaves it unclear")
{
    Watched life;
    life.now({}, opened, "2");
    CHECK_THAT(life.read(), Contains("unclear: HaloPSA did not return everything"));
}

TEST_CASE("a failure while the activity of a ticket is read is an error, never \"no\"")
{
    const auto answer = GENERATE(Answer{500, ""}, noAnswer(PSA_HTTP_REASON_TIMEOUT), Answer{429, ""}, Answer{403, ""},
                                 Answer{200, "{}"});
    Watched life;
    life.now(ok(TicketRow{}.json()), answer);
    CHECK_FALSE(life.ask(life.watermark).ok());
}

TEST_CASE("a watermark of another build is not taken for \"nothing happened\"")
{
    Watched life;
    for (const char *mark : {"deleted", "{}", "[1]", R"({"last":1})", "\xff"})
    {
        CAPTURE(mark);
        CHECK_THAT(document("activity", life.ask(mark).result)->getValue<std::string>("touched"), Contains("unclear"));
    }
}

TEST_CASE("a watermark stays within its 4000 characters, however many actions were deleted")
{
    Watched life;
    life.now({}, ours(100000) + "," + opened);
    CHECK(life.read() == "no");
    CHECK(life.watermark.size() <= 4000);
    life.now({}, ours(100000) + "," + tess(99999) + "," + opened);
    CHECK_THAT(life.read(), Contains("yes: Tess Tech"));
}
