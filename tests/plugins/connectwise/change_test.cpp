// Changes of a ticket: read, compared, set with one request.
#include "company.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::connectwise::test;
using Catch::Contains;
using psa::plugins::parseArray;
using psa::plugins::textOf;

namespace {

std::string rowWith(const std::string &status, const std::string &more = {})
{
    return R"({"id":7,"board":{"id":1,"name":"Help Desk"},"company":{"id":19297},"priority":{"id":8,"name":"Priority 3 - Medium"},)"
           R"("status":)" +
           status + more + "}";
}

const std::string isNew = R"({"id":11,"name":"New"})";
const std::string inProgress = R"({"id":12,"name":"In Progress"})";

/// A company with ticket 7.
struct Changing : Company
{
    explicit Changing(const std::string &row = rowWith(isNew), const Answer &patched = ok(rowWith(inProgress)))
    {
        host.on("GET", rowRoute, ok(row)).on("PATCH", rowRoute, patched);
    }
    Outcome change(const std::string &members) { return plugin.change(R"({"version":1,)" + members + "}"); }
    /// "path=value" of each operation of the patch.
    std::string operations() const
    {
        const auto all = parseArray(host.sent.back().body);
        std::string text;
        for (unsigned i = 0; all && i < all->size(); ++i)
        {
            const auto one = all->getObject(i);
            CHECK(textOf(*one, "op") == "replace");
            text += textOf(*one, "path") + "=" + one->get("value").toString() + " ";
        }
        return text;
    }
    std::size_t patches() const { return mutating(host); }
};

/// The "changed" of a result, and its status.
std::string changedBy(const Outcome &outcome)
{
    REQUIRE(outcome.ok());
    const auto result = document("change-result", outcome.result);
    std::string text;
    for (const auto &name : *result->getArray("changed"))
        text += name.toString() + " ";
    const auto status = result->getObject("status");
    return text + "-> " + (status ? textOf(*status, "id") + " " + textOf(*status, "label") : "");
}

Answer refusedFor(const std::string &field, const std::string &message)
{
    return {400,
            R"({"code":"InvalidObject","message":"ticket object is invalid","errors":[{"code":"NotFound","message":")" +
                message + R"(","resource":"ticket","field":")" + field + "\"}]}"};
}

} // namespace

TEST_CASE("a status is set by its id on the ticket's own board, with one read and one patch that mails nobody")
{
    Changing company;
    CHECK(changedBy(company.change(R"("status":"in progress")")) == "status -> 12 In Progress");
    CHECK(company.operations() == "status/id=12 processNotifications=false ");
    CHECK(company.host.sent.back().method == "PATCH");
    CHECK(company.patches() == 1);
    const std::size_t first = company.host.sent.size();
    CHECK(first == 4); // The company lookup and the board's statuses are cached.
    REQUIRE(company.change(R"("status":"In Progress")").ok());
    CHECK(company.host.sent.size() == first + 2);
}

TEST_CASE("nothing is sent if nothing differs")
{
    const auto member =
        GENERATE(values<std::string>({R"("status":"new")", R"("status":11)", R"("status":"11")",
                                      R"("priority":"Priority 3 - Medium")", R"("status":"New","priority":8)"}));
    Changing company;
    CHECK(changedBy(company.change(member)) == "-> 11 New");
    CHECK(company.patches() == 0);
    CHECK(company.host.sent.size() == 2); // What the ticket has needs no list.
}

TEST_CASE("several values are set together, the status last")
{
    Changing company;
    CHECK(changedBy(company.change(
              R"("status":12,"assignee":"Tess Tech","category":"Network","priority":"Priority 1 - Critical")")) ==
          "priority category assignee status -> 12 In Progress");
    CHECK(company.operations() == "priority/id=6 type/id=32 owner/id=150 status/id=12 processNotifications=false ");
    CHECK(company.patches() == 1);
}

TEST_CASE("an owner is found by identifier, name or email, and must be one member")
{
    FakeHost host;
    host.on("GET", infoRoute, ok(infoBody))
        .on("GET", "/system/members",
            ok(R"([{"id":150,"identifier":"ttech","firstName":"Tess","lastName":"Tech","primaryEmail":"t@msp.example"},
                {"id":151,"identifier":"ttech2","firstName":"Tess","lastName":"Tech"}])"))
        .on("GET", rowRoute, ok(rowWith(isNew)))
        .on("PATCH", rowRoute, ok(rowWith(isNew)));
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    const auto assign = [&](const std::string &who) {
        return plugin.change(R"({"version":1,"assignee":")" + who + "\"}");
    };
    REQUIRE(assign("TTech").ok());
    CHECK_THAT(host.sent.back().body, Contains(R"("path":"owner/id","value":150)"));
    CHECK(queryOf(host.sent[host.sent.size() - 2]) ==
          "conditions=inactiveFlag=false and (identifier=\"TTech\" or primaryEmail=\"TTech\")"
          "&fields=id,identifier,firstName,lastName,primaryEmail&pageSize=20");
    CHECK(assign("t@msp.example").ok());
    const Outcome twice = assign("Tess Tech");
    CHECK(twice.status == PSA_INVALID_TICKET);
    CHECK(twice.field == "assignee");
    CHECK_THAT(twice.hint, Contains("ttech2"));
    CHECK(assign("Nobody").field == "assignee");
}

TEST_CASE(
    "a board is not changed, and a device is not mixed with other values: both are refused before anything is sent")
{
    Changing company;
    const Outcome board = company.change(R"("queue":"Monitoring","status":"New")");
    CHECK(board.status == PSA_INVALID_TICKET);
    CHECK(board.field == "queue");
    const Outcome device = company.change(R"("device":"SRV01","status":"New")");
    CHECK(device.status == PSA_INVALID_TICKET);
    CHECK(device.field == "device");
    CHECK_THAT(device.hint, Contains("change of its own"));
    CHECK(company.change(R"("status":" ")").field == "status");
    CHECK(company.plugin.change("[").status == PSA_INVALID_TICKET);
    CHECK(company.patches() == 0);
}

TEST_CASE("a status that the ticket's board does not have is refused with those that it has")
{
    Changing company;
    const Outcome byLabel = company.change(R"("status":"Completed")");
    CHECK(byLabel.status == PSA_INVALID_TICKET);
    CHECK(byLabel.field == "status");
    CHECK_THAT(byLabel.hint, Contains("New (11)") && Contains("In Progress (12)"));
    CHECK(company.patches() == 0);
    Changing other(rowWith(isNew), refusedFor("status/id", "Service Status 21 not found for Service Board 1"));
    const Outcome byId = other.change(R"("status":21)");
    CHECK(byId.status == PSA_INVALID_TICKET);
    CHECK(byId.field == "status");
    CHECK_THAT(byId.message, Contains("does not accept the change: Service Status 21 not found"));
    CHECK_THAT(byId.hint, Contains("In Progress (12)"));
}

TEST_CASE("a board that demands a type before closing says which value it wants")
{
    Changing company(rowWith(isNew), refusedFor("type/id", "The type field is required before a ticket is closed"));
    const Outcome outcome = company.change(R"("status":12)");
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == "category");
    CHECK_THAT(outcome.message, Contains("type field is required"));
    CHECK_THAT(outcome.hint, Contains("Hardware (31)"));
}

TEST_CASE("closing without its right names that right, and other changes do not")
{
    const Answer forbidden{
        403, R"({"code":"Security","message":"You do not have security permission to perform this action."})"};
    FakeHost host;
    host.on("GET", statusesRoute,
            ok(R"([{"id":12,"name":"In Progress"},{"id":19,"name":"Closed","closedStatus":true}])"))
        .on("GET", rowRoute, ok(rowWith(isNew)))
        .on("PATCH", rowRoute, forbidden);
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    for (const char *status : {R"({"version":1,"status":"Closed"})", R"({"version":1,"status":19})"})
    {
        const Outcome closing = plugin.change(status);
        CHECK(closing.status == PSA_PERMISSION);
        CHECK_THAT(closing.message, Contains("may not close tickets"));
        CHECK_THAT(closing.hint, Contains("Close Service Tickets: Edit All"));
    }
    const Outcome other = plugin.change(R"({"version":1,"status":"In Progress"})");
    CHECK(other.status == PSA_PERMISSION);
    CHECK_THAT(other.message, !Contains("close"));
}

TEST_CASE("a merged or deleted ticket is not changed, and the error says what became of it")
{
    Changing merged(rowWith(isNew, R"(,"mergedParentTicket":{"id":9})"));
    const Outcome outcome = merged.change(R"("status":12)");
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.field.empty());
    CHECK(outcome.message == "Ticket 7 was merged into ticket 9 in ConnectWise.");
    CHECK(merged.patches() == 0);
    const Answer missing{404, R"({"code":"NotFound","message":"Service Ticket 7 not found"})"};
    Company deleted;
    deleted.host.on("GET", rowRoute, missing);
    CHECK(deleted.plugin.change(R"({"version":1,"status":12})").status == PSA_NOT_FOUND);
    Changing late(rowWith(isNew), missing);
    const Outcome gone = late.change(R"("status":12)");
    CHECK(gone.status == PSA_NOT_FOUND);
    CHECK(gone.field.empty());
    CHECK(late.plugin.change(R"({"version":1,"status":12})", "T7").status == PSA_NOT_FOUND);
}

TEST_CASE("a list that the site does not have is never taken for a missing ticket")
{
    const auto [member, list] = GENERATE(table<std::string, std::string>({{"status", statusesRoute},
                                                                          {"category", "/service/boards/1/types"},
                                                                          {"priority", "/service/priorities"},
                                                                          {"assignee", "/system/members"},
                                                                          {"device", "/company/configurations"}}));
    CAPTURE(member);
    FakeHost host;
    host.on("GET", list, {404, R"({"code":"NotFound","message":"No HTTP resource was found"})"})
        .on("GET", rowRoute, ok(rowWith(isNew)))
        .on("GET", "/service/tickets/7/configurations", ok("[]"));
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.change(R"({"version":1,")" + member + R"(":"Something"})");
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.field == member);
    CHECK(mutating(host) == 0);
}

TEST_CASE("a status that a workflow rule set instead is returned with a warning")
{
    Changing company(rowWith(isNew), ok(rowWith(R"({"id":14,"name":"Escalated"})")));
    const Outcome outcome = company.change(R"("status":12)");
    CHECK(changedBy(outcome) == "status -> 14 Escalated");
    CHECK_THAT(outcome.result, Contains("workflow rules"));
}

TEST_CASE("whether a ticket was changed is unknown without a usable response")
{
    const auto answer =
        GENERATE(noAnswer(PSA_HTTP_REASON_TIMEOUT), Answer{500, ""}, Answer{200, "[]"}, Answer{200, ""});
    Changing company(rowWith(isNew), answer);
    const Outcome outcome = company.change(R"("status":12)");
    CHECK(outcome.status == PSA_OUTCOME_UNKNOWN);
    CHECK_THAT(outcome.message, Contains("changed the ticket"));
}

TEST_CASE("a dry run of a change succeeds only if nothing differs")
{
    Changing company(rowWith(isNew), notSent(PSA_HTTP_REASON_DRY_RUN));
    CHECK(company.change(R"("status":11)").ok());
    CHECK(company.change(R"("status":12)").status == PSA_CANCELLED);
}

TEST_CASE("a device is added to the ticket once, with one request if it is not there yet")
{
    constexpr const char *route = "/service/tickets/7/configurations";
    Changing company;
    company.host.on("GET", route, ok(R"([{"id":700,"_info":{"name":"SRV01"}}])"))
        .on("POST", route, {201, R"({"id":701})"})
        .on("GET", "/company/configurations", ok(R"([{"id":701,"name":"SRV02"}])"));
    CHECK(changedBy(company.change(R"("device":700)")) == "-> ");
    CHECK(changedBy(company.change(R"("device":"srv01")")) == "-> ");
    CHECK(company.patches() == 0);
    const std::size_t before = company.host.sent.size();
    CHECK(changedBy(company.change(R"("device":"701")")) == "device -> ");
    CHECK(company.host.sent.size() == before + 2);
    CHECK(company.host.sent.back().body == R"({"id":701})");
    CHECK(changedBy(company.change(R"("device":"SRV02")")) == "device -> ");
    CHECK(queryOf(company.host.sent[company.host.sent.size() - 2]) ==
          "conditions=company/id=19297 and name=\"SRV02\" and activeFlag=true&fields=id,name&pageSize=20");
    CHECK(company.patches() == 2);
}

TEST_CASE("a device that ConnectWise does not have is told by its field")
{
    constexpr const char *route = "/service/tickets/7/configurations";
    Changing company;
    company.host.on("GET", route, ok("[]"))
        .on("POST", route, refusedFor("id", "Configuration 9 not found"))
        .on("GET", "/company/configurations", ok("[]"));
    for (const char *device : {R"("device":9)", R"("device":"SRV09")", R"("device":" ")"})
    {
        const Outcome outcome = company.change(device);
        CHECK(outcome.status == PSA_INVALID_TICKET);
        CHECK(outcome.field == "device");
    }
}

TEST_CASE("what can be updated is described within the limits of the document")
{
    FakeHost host;
    ConnectWiseUnderTest plugin(host);
    const Outcome outcome = plugin.describeUpdates();
    REQUIRE(outcome.ok());
    const auto about = document("update-description", outcome.result);
    CHECK(about->getValue<int>("noteMaxLength") + 41 <= 4000);
    CHECK(about->getValue<bool>("removesNotes"));
    CHECK(about->getArray("afterCreate")->getElement<std::string>(0) == "device");
    CHECK(host.sent.empty());
}
