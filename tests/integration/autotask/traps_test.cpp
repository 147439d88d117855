// Known pitfalls for clients of Autotask.
#include "fixture.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>

#include <catch2/catch.hpp>

#include <set>
#include <thread>

using namespace psa::net;
using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::autotask;
using psa::sandbox::Object;

namespace {

/// Three requests of another integration with the same tracking identifier that are never answered: they use up all
/// that Autotask allows at once for tickets.
class BusyElsewhere
{
public:
    explicit BusyElsewhere(Setup &setup)
    {
        setup.sandbox().addFault(R"({"match": {"method": "GET", "route": "Tickets/1$"}, "fault": {"kind": "hang"}})");
        const Client client(setup.sandbox());
        for (int i = 0; i < 3; ++i)
        {
            Poco::Net::HTTPRequest request("GET", base + "Tickets/1", Poco::Net::HTTPMessage::HTTP_1_1);
            for (const auto &[name, value] : client.standard)
                request.set(name, value);
            sessions_.push_back(client.session());
            sessions_.back()->sendRequest(request) << std::flush;
        }
        while (setup.sandbox().truth().maxAtOnce < 3)
            std::this_thread::yield();
    }

private:
    std::vector<std::unique_ptr<Poco::Net::HTTPClientSession>> sessions_;
};

void collectOperators(const Object::Ptr &condition, std::set<std::string> &operators)
{
    operators.insert(condition->getValue<std::string>("op"));
    const auto items = condition->getArray("items");
    for (unsigned i = 0; items && i < items->size(); ++i)
        collectOperators(items->getObject(i), operators);
}

} // namespace

TEST_CASE("version 1.0 is used although Autotask lists a V2.0, which serves nothing")
{
    Setup setup;
    REQUIRE(setup.test().ok());
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    REQUIRE(setup.find("psa-host-1").ok());
    CHECK(setup.sandbox().requests("GET VersionInformation") == 0);
    for (const auto &entry : setup.sandbox().lastRequests(100))
        CHECK_THAT(entry.target, Catch::StartsWith("/ATServicesRest/V1.0/"));
}

TEST_CASE("a tenant that moved gets its ticket in the new zone with the next attempt, at the cost of one failed login")
{
    Setup setup;
    setup.warmUp();
    setup.sandbox().changeTenant(R"({"zone": 6})");
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_UNAVAILABLE);
    CHECK(outcome.refusedChanges == 0);
    CHECK_THAT(setup.log().back(), Catch::Contains("moved from https://webservices5.autotask.net"));
    CHECK(foundTickets(setup.find("psa-host-1")) == 0);
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    CHECK(setup.ticketsWith("psa-host-1") == 1);
    CHECK(setup.createsOf("psa-host-1") == 2);
    CHECK(setup.sandbox().truth().failedLogins == 1);

    // From now on it is known.
    const std::size_t before = setup.sandbox().requests();
    REQUIRE(setup.create("psa-host-2", ticket()).ok());
    CHECK(setup.sandbox().requests() == before + 1);
    CHECK(setup.sandbox().truth().failedLogins == 1);
}

TEST_CASE("an old zone that responds with nothing leaves the outcome open, and the next call finds the new zone")
{
    Setup setup;
    setup.warmUp();
    setup.sandbox().setSwitch("zone.wrongZone", "empty");
    setup.sandbox().changeTenant(R"({"zone": 6})");
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_OUTCOME_UNKNOWN);
    CHECK(setup.ticketsWith("psa-host-1") == 0);
    CHECK(foundTickets(setup.find("psa-host-1")) == 0);
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    CHECK(setup.ticketsWith("psa-host-1") == 1);
}

TEST_CASE("a wrong configured zone costs one failed login and no lookup")
{
    Setup setup(Values{{"zoneUrl", "https://webservices6.autotask.net/ATServicesRest/"}});
    CHECK(setup.create("psa-host-1", ticket()).error->status == PSA_AUTH);
    CHECK(setup.sandbox().truth().failedLogins == 1);
    CHECK(setup.lookUps() == 0);
}

TEST_CASE("searches use only operators that Autotask knows, because it silently ignores the others")
{
    Setup setup;
    REQUIRE(setup
                .create("psa-host-1", ticket(R"({"company": "Acme Dental", "contact": "Ada Byron",
        "fields": {"workType": "On site"}})"))
                .ok());
    REQUIRE(setup.find("psa-host-1").ok());
    for (const char *list : {"companies", "contacts", "workTypes"})
    {
        ChoicesQuery query;
        query.list = list;
        query.query = "a";
        query.cursor = "1";
        query.dependsOnJson = R"({"company": "Acme Dental"})";
        REQUIRE(setup.list(query).ok());
    }
    const std::set<std::string> known{"eq",       "noteq", "gt",       "gte", "lt",    "lte", "beginsWith", "endsWith",
                                      "contains", "exist", "notExist", "in",  "notIn", "and", "or"};
    std::set<std::string> used;
    for (const Exchange &exchange : setup.exchanges())
    {
        if (exchange.request.url.find("/query") == std::string::npos)
            continue;
        const auto filter = json(exchange.request.body)->getArray("filter");
        REQUIRE(filter->size() == 1); // How Autotask joins several is uncertain.
        collectOperators(filter->getObject(0), used);
    }
    CHECK(used.count("contains") == 1);
    for (const std::string &op : used)
        CHECK(known.count(op) == 1);
}

TEST_CASE("a search finds the same however Autotask joins conditions and compares case")
{
    Setup setup;
    REQUIRE(setup.create("psa-host-a", ticket()).ok());
    REQUIRE(setup.create("psa-host-A", ticket()).ok());
    setup.sandbox().setSwitch("query.topLevel", GENERATE("and", "or"));
    setup.sandbox().setSwitch("query.textCase", GENERATE("insensitive", "sensitive"));
    const CallOutcome found = setup.find("psa-host-a");
    INFO(describe(found));
    REQUIRE(foundTickets(found) == 1);
    CHECK(foundTickets(setup.find("psa-host")) == 0);
    CHECK(setup.create("psa-host-2", ticket(R"({"company": "Acme Dental", "contact": "Ada Byron"})")).ok());
}

TEST_CASE("no null is sent, because Autotask rejects some")
{
    Setup setup;
    setup.sandbox().setSwitch("ticket.nulls", "reject");
    setup.sandbox().setSwitch("ticket.readOnly", "reject");
    const CallOutcome outcome = setup.create("psa-host-1", ticket(R"({"description": "", "contact": "",
        "fields": {"source": "", "userDefinedFields": {"Site": ""}}})"));
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(setup.exchanges().back().request.body.find("null") == std::string::npos);
}

TEST_CASE("pick-list values come as text and are sent as numbers")
{
    Setup setup;
    REQUIRE(setup.create("psa-host-1", ticket(R"({"fields": {"source": "Insourced"}})")).ok());
    const auto exchanges = setup.exchanges();
    CHECK_THAT(exchanges[1].response.body, Catch::Contains(R"("value":"-2")"));
    const Object::Ptr body = json(exchanges.back().request.body);
    for (const char *name : {"source", "queueID", "ticketCategory", "status", "priority", "companyID"})
        CHECK(body->get(name).isInteger());
    CHECK(body->getValue<int>("source") == -2);
}

TEST_CASE("a pick-list value that becomes inactive is noticed at the next ticket")
{
    Setup setup;
    setup.warmUp();
    setup.sandbox().changeTenant(R"({"deactivate": {"field": "priority", "value": 2}})");
    CHECK_THAT(setup.create("psa-host-1", ticket()).error->message,
               Catch::Contains("Picklist value [2] does not exist"));
    const CallOutcome outcome = setup.create("psa-host-2", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->message == "Priority \"Medium\" is inactive in Autotask.");
    CHECK(outcome.error->hint == "Use one of: Critical (4), High (1), Low (29683411).");
    CHECK(outcome.mutation == MutationSeen::none);
}

TEST_CASE("three requests of another client are waited for, whatever status the rejection has")
{
    const std::string status = GENERATE("429", "500", "503");
    Setup setup;
    setup.warmUp();
    setup.sandbox().setSwitch("limit.threadStatus", status);
    const BusyElsewhere busy(setup);
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_RATE_LIMITED);
    CHECK(outcome.error->httpStatus == std::stoul(status));
    CHECK_THAT(outcome.error->message, Catch::EndsWith("The Autotask API thread threshold of 3 threads has been "
                                                       "exceeded. Method: Create."));
    CHECK(outcome.mutation == MutationSeen::answered);
    CHECK(setup.ticketsWith("psa-host-1") == 0);
}

TEST_CASE("once the hour is over, tickets are created again")
{
    Setup setup;
    setup.warmUp();
    setup.sandbox().setSwitch("limit.hourly", "1");
    setup.sandbox().setSwitch("limit.enforced", "true");
    CHECK(setup.create("psa-host-1", ticket()).error->status == PSA_RATE_LIMITED);
    setup.sandbox().advance(std::chrono::minutes(61));
    CHECK(setup.create("psa-host-1", ticket()).ok());
    CHECK(setup.ticketsWith("psa-host-1") == 1);
}

TEST_CASE("dates of Autotask are accepted with and without a Z")
{
    Setup setup;
    setup.sandbox().setSwitch("dates.zulu", "false");
    setup.sandbox().setSwitch("metadata.name", "collection");
    setup.sandbox().setSwitch("metadata.parentField", "IssueType");
    REQUIRE(setup.test().ok());
    const CallOutcome outcome =
        setup.create("psa-host-1", ticketWithFields(R"({"issueType": "Network", "subIssueType": "Wi-Fi"})"));
    REQUIRE(outcome.ok());
    CHECK(setup.read(ticketId(outcome)).ok());
    CHECK(foundTickets(setup.find("psa-host-1")) == 1);
}

TEST_CASE("tickets from many threads stay below the limit of concurrent requests")
{
    Setup setup;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&setup, i] {
            for (int k = 0; k < 3; ++k)
                setup.create("psa-host-" + std::to_string(i * 3 + k), ticket());
        });
    for (std::thread &thread : threads)
        thread.join();
    CHECK(setup.creates() == 24);
    CHECK(setup.sandbox().truth().maxAtOnce <= 2);
}
