// activity: has a person touched the ticket since the watermark?
#include "common/json.h"
#include "tenant.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::autotask::test;
using psa::plugins::Object;
using psa::plugins::textOf;

namespace {

constexpr int own = 50;
constexpr int tess = 17;
constexpr const char *createdAt = "2026-11-24T10:00:00.5Z";

/// What Autotask has about ticket 7. Every answer can be replaced before each call.
struct ActiveTicket
{
    FakeHost host;
    AutotaskUnderTest plugin{host};
    Object row;
    std::string history;
    std::string notes;
    std::string times;
    std::string deleted;
    std::string resources =
        R"({"id":17,"firstName":"Tess","lastName":"Tech"},{"id":50,"firstName":"Sandbox","email":"psa+host@APIUSER.com"})";
    std::map<std::string, Answer> refused; ///< Entity → answer instead of its rows.
    bool missing = false;

    ActiveTicket()
    {
        scriptTenant(host);
        plugin.configured();
        host.cache["zone"] = zoneBody;
        host.cache["ticket-fields"] = fieldsBody;
        for (const auto &[field, value] :
             std::map<std::string, std::string>{{"createDate", createdAt},
                                                {"lastActivityDate", createdAt},
                                                {"lastTrackedModificationDateTime", createdAt},
                                                {"ticketNumber", "T20261124.0017"},
                                                {"externalID", "HWVJX5PY8Q7XN1DQNPKHE5XK57"}})
            row.set(field, value);
        for (const auto &[field, value] : std::map<std::string, int>{{"id", 7},
                                                                     {"status", 1},
                                                                     {"creatorResourceID", own},
                                                                     {"lastActivityResourceID", own},
                                                                     {"lastActivityPersonType", 1}})
            row.set(field, value);
    }

    /// Somebody was active on the ticket at this time of the day.
    void touch(const std::string &time, int who, int personType = 1)
    {
        for (const char *stamp : {"lastActivityDate", "lastTrackedModificationDateTime"})
            row.set(stamp, "2026-11-24T" + time + "Z");
        row.set("lastActivityResourceID", who == 0 ? Poco::Dynamic::Var() : Poco::Dynamic::Var(who));
        row.set("lastActivityPersonType", personType);
    }

    Outcome call(const std::string &watermark = {})
    {
        script("GET", "/V1.0/Tickets/7", missing ? R"({"item":null})" : "{\"item\":" + psa::plugins::toJson(row) + "}");
        for (const auto &[entity, rows] :
             {std::pair("TicketHistory", history), std::pair("TicketNotes", notes), std::pair("TimeEntries", times),
              std::pair("Resources", resources), std::pair("DeletedTicketLogs", deleted),
              std::pair("Tickets", std::string(R"({"id":9,"ticketNumber":"T20261124.0018"})"))})
            script("POST", std::string("/V1.0/") + entity + "/query", "{\"items\":[" + rows + "]}");
        requests = host.sent.size();
        const Outcome outcome = plugin.activity(watermark);
        requests = host.sent.size() - requests;
        return outcome;
    }
    Object::Ptr read(const std::string &watermark = {})
    {
        const Outcome outcome = call(watermark);
        INFO(outcome.message);
        REQUIRE(outcome.ok());
        return document("activity", outcome.result);
    }
    std::string watermark() { return textOf(*read(), "watermark"); }

    std::size_t requests = 0; ///< Of the last call.

private:
    void script(const std::string &method, const std::string &url, const std::string &body)
    {
        const std::size_t slash = std::string("/V1.0/").size();
        const auto refusal = refused.find(url.substr(slash, url.find('/', slash) - slash));
        host.replace(method, url, refusal == refused.end() ? ok(body) : refusal->second);
    }
};

std::string history(int id, const std::string &time, int who,
                    const std::string &detail = "Status changed from New to Complete")
{
    return R"({"id":)" + std::to_string(id) + R"(,"ticketID":7,"action":"Status Changed","detail":")" + detail +
           R"(","date":"2026-11-24T)" + time + "Z\"" + (who == 0 ? "" : ",\"resourceID\":" + std::to_string(who)) + "}";
}

std::string note(int id, const std::string &time, int who, int type = 3, const std::string &title = "n",
                 const std::string &text = "x")
{
    return R"({"id":)" + std::to_string(id) + R"(,"ticketID":7,"title":")" + title + R"(","description":")" + text +
           R"(","noteType":)" + std::to_string(type) + R"(,"createDateTime":"2026-11-24T)" + time + "Z\"," +
           (who < 0 ? "\"createdByContactID\":" + std::to_string(-who)
                    : "\"creatorResourceID\":" + std::to_string(who)) +
           "}";
}

std::string timeEntry(int id, const std::string &time, int who)
{
    return R"({"id":)" + std::to_string(id) + R"(,"ticketID":7,"creatorUserID":)" + std::to_string(who) +
           R"(,"lastModifiedUserID":)" + std::to_string(who) + R"(,"lastModifiedDateTime":"2026-11-24T)" + time +
           "Z\"}";
}

std::string touched(const Object::Ptr &activity)
{
    return textOf(*activity, "touched");
}

/// The sentences, joined by "; ".
std::string by(const Object::Ptr &activity)
{
    std::string text;
    const auto all = activity->getArray("by");
    for (unsigned i = 0; all && i < all->size(); ++i)
        text += (i == 0 ? "" : "; ") + textOf(*all->getObject(i), "what");
    return text;
}

constexpr const char *noPermission =
    R"({"errors":["The logged in Resource does not have the adequate permissions to query this entity type."]})";

} // namespace

TEST_CASE("a ticket that is as it was at the watermark costs one request, and the first reading four")
{
    ActiveTicket tenant;
    const auto first = tenant.read();
    CHECK(touched(first) == "no");
    CHECK(tenant.requests == 4);
    CHECK(textOf(*first->getObject("status"), "label") == "New");
    CHECK(!first->getValue<bool>("closed"));
    const auto second = tenant.read(textOf(*first, "watermark"));
    CHECK(touched(second) == "no");
    CHECK(tenant.requests == 1);
    CHECK(textOf(*second, "watermark") == textOf(*first, "watermark"));
}

TEST_CASE("the plugin's own note and change touch nothing, and cost four requests to tell apart")
{
    ActiveTicket tenant;
    const std::string before = tenant.watermark();
    tenant.touch("11:00:00", own);
    tenant.row.set("status", 5);
    tenant.notes = note(90, "10:59:00", own);
    tenant.history = history(80, "11:00:00", own);
    const auto activity = tenant.read(before);
    CHECK(touched(activity) == "no");
    CHECK(activity->getValue<bool>("closed"));
    CHECK(tenant.requests == 4);
    const auto after = tenant.read(textOf(*activity, "watermark"));
    CHECK(touched(after) == "no");
    CHECK(tenant.requests == 1);
}

TEST_CASE("a person's note, time entry, change or other activity touches the ticket, before or after our own note")
{
    const auto [set, sentence] = GENERATE(table<std::function<void(ActiveTicket &)>, std::string>(
        {{[](ActiveTicket &t) { t.notes = note(90, "10:30:00", tess); }, "Tess Tech wrote a note"},
         {[](ActiveTicket &t) { t.notes = note(90, "10:30:00", -30001); }, "A contact wrote a note"},
         {[](ActiveTicket &t) { t.times = timeEntry(70, "10:30:00", tess); }, "Tess Tech entered time"},
         {[](ActiveTicket &t) { t.history = history(80, "10:30:00", tess); },
          "Tess Tech changed the ticket: Status changed from New to Complete"},
         {[](ActiveTicket &t) { t.touch("12:00:00", tess); }, "Tess Tech was active on the ticket"},
         {[](ActiveTicket &t) { t.touch("12:00:00", 0, 2); }, "A contact was active on the ticket"}}));
    CAPTURE(sentence);
    ActiveTicket tenant;
    const std::string before = tenant.watermark();
    tenant.touch("11:00:00", own);
    set(tenant);
    tenant.notes += (tenant.notes.empty() ? "" : ",") + note(91, "11:00:00", own);
    const auto activity = tenant.read(before);
    CHECK(touched(activity) == "yes");
    CHECK(by(activity) == sentence);
    CHECK(textOf(*activity->getArray("by")->getObject(0), "at").size() == 20);
    CHECK(touched(tenant.read(textOf(*activity, "watermark"))) == "no");
}

TEST_CASE("what a person did before the first watermark counts since the creation")
{
    ActiveTicket tenant;
    tenant.touch("11:00:00", own);
    tenant.notes = note(90, "10:30:00", tess);
    CHECK(by(tenant.read()) == "Tess Tech wrote a note");
    CHECK(by(tenant.read("not a watermark")) == "Tess Tech wrote a note");
    CHECK(by(tenant.read(R"({"v":2})")) == "Tess Tech wrote a note");
}

TEST_CASE("Autotask's own automation touches nothing")
{
    ActiveTicket tenant;
    const std::string before = tenant.watermark();
    tenant.touch("11:00:00", 4);
    tenant.notes = note(90, "10:30:00", 4) + "," + note(91, "10:31:00", tess, 13) + "," +
                   note(92, "10:32:00", tess, 91) + "," + note(93, "10:33:00", tess, 92) + "," +
                   note(94, "10:34:00", tess, 2, "Service Desk Notification");
    tenant.history = history(80, "10:30:00", 4) + "," + history(81, "10:30:00", tess, "Last Activity Date changed") +
                     "," + history(82, "10:30:00", 0, "Last Tracked Modification Date changed");
    CHECK(touched(tenant.read(before)) == "no");
}

TEST_CASE("what somebody unknown did, and a page that may be cut, leaves it unclear")
{
    std::string many;
    for (int i = 1; i <= 500; ++i)
        many += (i == 1 ? "" : ",") + history(i, "10:30:00", own);
    const auto set = GENERATE_COPY(values<std::function<void(ActiveTicket &)>>(
        {[](ActiveTicket &t) { t.history = history(80, "10:30:00", 0); }, [many](ActiveTicket &t) { t.history = many; },
         [](ActiveTicket &t) { t.notes = R"({"id":90,"ticketID":7,"createDateTime":"2026-11-24T10:30:00Z"})"; },
         [](ActiveTicket &t) { t.times = R"({"id":90,"ticketID":7,"creatorUserID":17})"; },
         [](ActiveTicket &t) {
             t.refused["TicketHistory"] = {500, noPermission};
         },
         [](ActiveTicket &t) {
             t.refused["TicketNotes"] = {500, noPermission};
         },
         [](ActiveTicket &t) {
             t.refused["TimeEntries"] = {500, noPermission};
         }}));
    ActiveTicket tenant;
    const std::string before = tenant.watermark();
    tenant.touch("11:00:00", own);
    set(tenant);
    const auto activity = tenant.read(before);
    CHECK(touched(activity) == "unclear");
    CHECK(textOf(*activity, "watermark") == before); // The next call looks again.
}

TEST_CASE("a full page of the history is enough if it reaches back behind the watermark and up to the last activity")
{
    const auto page = [](const std::string &first, const std::string &last) {
        std::string rows = history(1, first, own);
        for (int i = 2; i < 500; ++i)
            rows += "," + history(i, "10:58:00", own);
        return rows + "," + history(500, last, own);
    };
    const auto [first, last, result] = GENERATE(table<std::string, std::string, std::string>(
        {{"10:50:00", "11:00:00", "no"}, {"10:59:00", "11:00:00", "unclear"}, {"10:50:00", "10:59:00", "unclear"}}));
    CAPTURE(first, last);
    ActiveTicket tenant;
    tenant.touch("10:55:00", own);
    const std::string before = textOf(*tenant.read(), "watermark");
    tenant.touch("11:00:00", own);
    tenant.history = page(first, last);
    CHECK(touched(tenant.read(before)) == result);
}

TEST_CASE("a note of a contact counts even if Autotask names itself as its creator")
{
    ActiveTicket tenant;
    const std::string before = tenant.watermark();
    tenant.touch("11:00:00", own);
    tenant.notes =
        R"({"id":90,"ticketID":7,"title":"n","noteType":18,"creatorResourceID":4,"createdByContactID":30001,)"
        R"("createDateTime":"2026-11-24T10:30:00Z"})";
    CHECK(by(tenant.read(before)) == "A contact wrote a note");
}

TEST_CASE("a status that changed is unclear until the history says by whom")
{
    ActiveTicket tenant;
    const std::string before = tenant.watermark();
    tenant.touch("11:00:00", own);
    tenant.row.set("status", 5);
    const auto unclear = tenant.read(before);
    CHECK(touched(unclear) == "unclear");
    tenant.history = history(80, "10:59:59", tess);
    CHECK(by(tenant.read(textOf(*unclear, "watermark"))) ==
          "Tess Tech changed the ticket: Status changed from New to Complete");
}

TEST_CASE("a status that changed a moment ago is read again while the history does not show it yet")
{
    ActiveTicket tenant;
    const std::string before = tenant.watermark();
    tenant.touch("15:29:00", own); // The time is 15:30.
    tenant.row.set("status", 5);
    const Outcome early = tenant.call(before);
    CHECK(early.status == PSA_UNAVAILABLE);
    CHECK(early.retryAfterMs == 10000);
    tenant.history = history(80, "15:29:00", own);
    CHECK(touched(tenant.read(before)) == "no");
    tenant.history.clear();
    tenant.refused["TicketHistory"] = {500, noPermission};
    CHECK(touched(tenant.read(before)) == "unclear"); // It will never show.
}

TEST_CASE("an entry that becomes visible late is reported once, although later calls look back")
{
    ActiveTicket tenant;
    tenant.touch("11:00:00", own);
    const std::string before = tenant.watermark();
    tenant.touch("11:01:00", own);
    tenant.notes = note(90, "10:59:30", tess); // It was written before the watermark and not visible then.
    const auto late = tenant.read(before);
    CHECK(by(late) == "Tess Tech wrote a note");
    tenant.touch("11:01:30", own);
    const auto next = tenant.read(textOf(*late, "watermark"));
    CHECK(touched(next) == "no");
    tenant.touch("11:02:00", own);
    tenant.notes += "," + note(91, "11:01:45", tess);
    CHECK(by(tenant.read(textOf(*next, "watermark"))) == "Tess Tech wrote a note");
}

TEST_CASE("a merged ticket says into which one, and keeps saying so")
{
    ActiveTicket tenant;
    const std::string before = tenant.watermark();
    tenant.touch("11:00:00", tess);
    tenant.row.set("status", 5);
    tenant.row.set("completedDate", "2026-11-24T11:00:00Z");
    tenant.history = history(80, "11:00:00", tess);
    tenant.notes = note(90, "11:00:00", tess, 93, "Merged", "T20261124.0017 was merged into T20261124.0018.");
    const auto activity = tenant.read(before);
    CHECK(touched(activity) == "yes");
    CHECK(activity->getValue<bool>("closed"));
    CHECK(textOf(*activity->getObject("mergedInto"), "id") == "9");
    CHECK(textOf(*activity->getObject("mergedInto"), "number") == "T20261124.0018");
    const auto again = tenant.read(textOf(*activity, "watermark"));
    CHECK(textOf(*again->getObject("mergedInto"), "id") == "9");
    CHECK(tenant.requests == 1);
}

TEST_CASE("a merge whose note names no ticket is still somebody's doing")
{
    ActiveTicket tenant;
    tenant.touch("11:00:00", tess);
    tenant.row.set("status", 5);
    tenant.notes = note(90, "11:00:00", tess, 93, "Merged", "T20261124.0017 was merged. This T. T1.2");
    const auto activity = tenant.read();
    CHECK(by(activity) == "Tess Tech merged the ticket into another one");
    CHECK(!activity->has("mergedInto"));
}

TEST_CASE("a ticket that Autotask does not show was deleted if its log says so, or if it was shown before")
{
    ActiveTicket tenant;
    const std::string before = tenant.watermark();
    tenant.missing = true;
    CHECK(tenant.call(before).status == PSA_UNAVAILABLE); // It may be shown late.
    CHECK(tenant.call().status == PSA_UNAVAILABLE);
    tenant.deleted = R"({"id":1,"ticketID":7,"deletedByResourceID":17,"deletedDateTime":"2026-11-24T12:00:00Z"})";
    const auto activity = tenant.read();
    CHECK(activity->getValue<bool>("deleted"));
    CHECK(by(activity) == "Tess Tech deleted the ticket");
    CHECK(!textOf(*activity, "watermark").empty());
    tenant.refused["DeletedTicketLogs"] = {500, noPermission};
    CHECK(tenant.read(before)->getValue<bool>("deleted"));
    CHECK(tenant.call().status == PSA_UNAVAILABLE);
}

TEST_CASE("the API user is known from the ticket that this host created, and looked up for any other")
{
    ActiveTicket tenant;
    tenant.row.set("externalID", "ticket-of-an-rmm");
    tenant.row.set("creatorResourceID", tess);
    tenant.touch("11:00:00", own);
    tenant.notes = note(90, "10:30:00", own);
    const auto activity = tenant.read();
    CHECK(touched(activity) == "no");
    CHECK(tenant.requests == 5);
    CHECK(tenant.host.cache["own-resource:psa+host@apiuser.com"] == "50");
}

TEST_CASE("without knowing the API user, what anybody did is unclear")
{
    ActiveTicket tenant;
    tenant.row.set("externalID", Poco::Dynamic::Var());
    tenant.resources = "";
    tenant.touch("11:00:00", own);
    tenant.notes = note(90, "10:30:00", own);
    CHECK(touched(tenant.read()) == "unclear");
}

TEST_CASE("names that cannot be read do not keep the activity from being reported")
{
    ActiveTicket tenant;
    tenant.refused["Resources"] = {500, noPermission};
    tenant.touch("11:00:00", own);
    tenant.notes = note(90, "10:30:00", tess);
    CHECK(by(tenant.read()) == "Resource 17 wrote a note");
}

TEST_CASE("times of Autotask without a zone are UTC")
{
    ActiveTicket tenant;
    for (const char *stamp : {"createDate", "lastActivityDate", "lastTrackedModificationDateTime"})
        tenant.row.set(stamp, "2026-11-24T10:00:00.307");
    const auto first = tenant.read();
    CHECK(touched(first) == "no");
    tenant.notes = note(90, "10:30:00", tess);
    tenant.touch("10:30:00", tess);
    CHECK(by(tenant.read(textOf(*first, "watermark"))) == "Tess Tech wrote a note");
}

TEST_CASE("what a person did within a second of the creation counts, before our own note")
{
    ActiveTicket tenant;
    tenant.notes = note(90, "10:00:00", tess);
    tenant.touch("10:00:00", own);
    CHECK(touched(tenant.read()) == "yes");
}

TEST_CASE("a watermark stays within what the host keeps, however much people did")
{
    ActiveTicket tenant;
    const std::string before = tenant.watermark();
    tenant.touch("11:00:00", own);
    for (int i = 1; i < 499; ++i)
        tenant.notes += (i == 1 ? "" : ",") + note(297000000 + i, "10:59:59", tess);
    const auto activity = tenant.read(before);
    CHECK(activity->getArray("by")->size() == 20);
    CHECK(textOf(*activity, "watermark").size() <= 4000);
}
