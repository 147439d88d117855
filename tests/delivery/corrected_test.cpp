// What an operator can correct in a ticket through the API, and queries of the audit log.
#include "host/api/views.h"
#include "host/json/json_text.h"
#include "host/service/ticket_actions.h"
#include "tests/delivery/house.h"

#include <catch2/catch.hpp>

using namespace psa::access;
using namespace psa::api;
using namespace psa::connection;
using namespace psa::delivery;
using namespace psa::http;
using namespace psa::json;
using namespace psa::net;
using namespace psa::plugin;
using namespace psa::run;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using Query = std::multimap<std::string, std::string>;

ApiResponse call(Application &application, const char *method, const std::string &path, const std::string &body = "",
                 const Query &query = {})
{
    return application.router().handle({method, path, query, {}, body, {"test"}, {}});
}

/// Submits a ticket and discards it, so that it can be retried.
void discardOne(Application &application)
{
    addConnections(application);
    REQUIRE(call(application, "POST", "/v1/tickets",
                 R"({"connection":"a","title":"Disk full","company":"Globex","key":"k"})")
                .status == 202);
    REQUIRE(call(application, "POST", "/v1/tickets/1/discard", "{}").status == 200);
}

/// As the API shows it, with its documents.
Poco::JSON::Object::Ptr ticketOne(Application &application)
{
    return parseObject(call(application, "GET", "/v1/tickets/1").body);
}

/// Six bytes each when written, and nearly as many as a description may have.
std::string manyControls()
{
    std::string controls;
    for (int i = 0; i < 170'000; ++i)
        controls += R"(\u0001)";
    return controls;
}

std::string auditOf(Application &application, const Query &query)
{
    const ApiResponse answer = call(application, "GET", "/v1/audit", "", query);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    return answer.body;
}

} // namespace

TEST_CASE("a retry accepts corrections, which are kept, and the audit log lists them", "[api]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        discardOne(application);
        CHECK(call(application, "POST", "/v1/tickets/1/retry",
                   R"({"changes":{"company":"12","title":"Disk of SRV01 full"}})")
                  .status == 200);
        const auto ticket = ticketOne(application);
        CHECK(ticket->getObject("request")->getValue<std::string>("company") == "12");
        CHECK(ticket->getObject("ticket")->getValue<std::string>("company") == "12");
        CHECK(ticket->getObject("ticket")->getValue<std::string>("title") == "Disk of SRV01 full");
        CHECK_THAT(auditOf(application, {{"ticket", "1"}}), Contains(R"("changes":{"company":"12")"));

        // Its key is still known by the original request, and a later retry keeps the correction.
        CHECK(call(application, "POST", "/v1/tickets",
                   R"({"connection":"a","title":"Disk full","company":"Globex","key":"k"})")
                  .status == 200);
        REQUIRE(call(application, "POST", "/v1/tickets/1/discard", "{}").status == 200);
        REQUIRE(call(application, "POST", "/v1/tickets/1/retry", "{}").status == 200);
        CHECK(ticketOne(application)->getObject("ticket")->getValue<std::string>("company") == "12");
    });
}

TEST_CASE("a value removed from a ticket is replaced by the default", "[api]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        discardOne(application);
        REQUIRE(ticketOne(application)->getObject("ticket")->has("company"));
        CHECK(call(application, "POST", "/v1/tickets/1/retry", R"({"changes":{"company":null}})").status == 200);
        CHECK(!ticketOne(application)->getObject("ticket")->has("company"));
    });
}

TEST_CASE("null in a retry counts as not given", "[api]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        discardOne(application);
        CHECK(call(application, "POST", "/v1/tickets/1/retry", R"({"verifyFirst":null,"changes":null})").status == 200);
        REQUIRE(call(application, "POST", "/v1/tickets/1/discard", R"({"reason":null})").status == 200);
        CHECK(call(application, "POST", "/v1/tickets/1/retry",
                   R"({"changes":{"connection":null,"key":null,"company":175.0}})")
                  .status == 200);
        const auto ticket = ticketOne(application);
        CHECK(ticket->getValue<std::string>("connection") == "a");
        CHECK(ticket->getValue<std::string>("key") == "k");
        CHECK(ticket->getObject("ticket")->getValue<int>("company") == 175);
    });
}

TEST_CASE("a retried ticket is built with the current defaults, and gets the current warnings", "[api]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        addConnections(application);
        ConnectionInput input;
        input.defaults = parseObject(R"({"queue":"Alerts","status":"New Alert"})");
        application.connections().change("a", input, "test");
        REQUIRE(call(application, "POST", "/v1/tickets",
                     R"({"connection":"a","title":"Server offline","queue":"Help Desk"})")
                    .status == 202);
        CHECK(!ticketOne(application)->getObject("ticket")->has("status"));
        CHECK_THAT(toText(*ticketOne(application)), Contains("it belongs to the default Queue"));

        REQUIRE(call(application, "POST", "/v1/tickets/1/discard", "{}").status == 200);
        REQUIRE(call(application, "POST", "/v1/tickets/1/retry", R"({"changes":{"queue":null}})").status == 200);
        CHECK(ticketOne(application)->getObject("ticket")->getValue<std::string>("status") == "New Alert");
        CHECK(!ticketOne(application)->has("warnings"));

        REQUIRE(call(application, "POST", "/v1/tickets/1/discard", "{}").status == 200);
        REQUIRE(call(application, "POST", "/v1/tickets/1/retry", R"({"changes":{"queue":"Sales"}})").status == 200);
        CHECK(!ticketOne(application)->getObject("ticket")->has("status"));
        CHECK_THAT(toText(*ticketOne(application)), Contains("Sales"));

        const ApiResponse dry = call(application, "POST", "/v1/tickets",
                                     R"({"connection":"a","title":"t","queue":"Sales"})", {{"dryRun", "true"}});
        CHECK_THAT(dry.body, Contains("\"warnings\":[\"The default Status"));
    });
}

TEST_CASE("a key that was used before blank members were removed is still known", "[api]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        addConnections(application);
        NewTicket earlier;
        earlier.connection = "a";
        earlier.key = "k";
        earlier.reference = "R1";
        earlier.requestJson = R"({"connection":"a","description":"","key":"k","title":"Disk full"})";
        earlier.fingerprint = "as it was made then";
        application.store().write([&](StoreWriter &writer) { insertTicket(writer, earlier); });
        const auto submit = [&](const char *body) { return call(application, "POST", "/v1/tickets", body).status; };
        CHECK(submit(R"({"connection":"a","description":"","key":"k","title":"Disk full"})") == 200);
        CHECK(submit(R"({"connection":"a","key":"k","title":"Another"})") == 422);
    });
}

TEST_CASE("an invalid correction is rejected, and the ticket does not change", "[api]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        discardOne(application);
        for (const auto &[changes, status, said] :
             {std::tuple(R"({"connection":"b"})", 422, "/changes/connection"),
              std::tuple(R"({"key":"other"})", 422, "/changes/key"), std::tuple(R"({"title":""})", 400, "title"),
              std::tuple(R"({"colour":"red"})", 400, "colour"), std::tuple(R"({"fields":7})", 400, "fields"),
              std::tuple(R"({"fields":{"colour":"red"}})", 422, "/colour"), std::tuple("7", 400, "/changes")})
        {
            const ApiResponse answer =
                call(application, "POST", "/v1/tickets/1/retry", R"({"changes":)" + std::string(changes) + "}");
            CAPTURE(changes, answer.body);
            CHECK(answer.status == status);
            CHECK_THAT(answer.body, Contains(said));
        }
        const auto ticket = ticketOne(application);
        CHECK(ticket->getValue<std::string>("state") == "cancelled");
        CHECK(ticket->getObject("request")->getValue<std::string>("company") == "Globex");
    });
}

TEST_CASE("the audit is read from one time until before another", "[api]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        addConnections(application);
        const Query later{{"from", timeText(house.clock->wallNow() + 1min)}};
        const Query before{{"until", timeText(house.clock->wallNow() + 1min)}};
        house.clock->advance(1min);
        application.connections().remove("c", "test");
        CHECK_THAT(auditOf(application, later), Contains("connection.remove") && !Contains("connection.add"));
        CHECK_THAT(auditOf(application, before), Contains("connection.add") && !Contains("connection.remove"));
        for (const std::string bad : {"yesterday", "2026-11-24", "2026-11-24T17:00:00", "2026-11-24T17:00:00.Z"})
            for (const char *path : {"/v1/audit", "/v1/tickets"})
            {
                const ApiResponse wrong = call(application, "GET", path, "", {{"from", bad}});
                CHECK(wrong.status == 400);
                CHECK_THAT(wrong.body, Contains(bad) && Contains("2026-11-24T17:00:00Z"));
            }
        CHECK(call(application, "GET", "/v1/audit", "", {{"from", "2026-11-24T18:00:00.5+01:00"}}).status == 200);
    });
}

TEST_CASE("a dry run creates nothing, and is in the audit log", "[api]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        addConnections(application);
        const ApiResponse answer =
            call(application, "POST", "/v1/tickets", R"({"connection":"a","title":"Disk full"})", {{"dryRun", "true"}});
        CAPTURE(answer.body);
        CHECK(answer.status == 200);
        CHECK(parseObject(answer.body)->getObject("ticket")->getValue<std::string>("title") == "Disk full");
        CHECK(call(application, "GET", "/v1/tickets/1").status == 404);
        CHECK_THAT(auditOf(application, {}), Contains("ticket.dry_run"));
    });
}

TEST_CASE("the audit log stays readable after a dry run of a large ticket", "[api]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        addConnections(application);
        const std::string controls = manyControls();
        const ApiResponse answer =
            call(application, "POST", "/v1/tickets",
                 R"({"connection":"a","title":"Disk full","description":")" + controls + R"("})", {{"dryRun", "true"}});
        REQUIRE(answer.status == 200);
        CHECK(answer.body.size() > controls.size());
        const std::string audit = auditOf(application, {});
        CHECK_THAT(audit, Contains("ticket.dry_run") && Contains(" […]"));
        CHECK(audit.size() < 200'000);
    });
}

TEST_CASE("a ticket that is as large as a request may be can be seen and retried", "[api]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        addConnections(application);
        const std::string begin = R"({"connection":"a","title":"Disk full","description":")";
        const std::string end = R"("})";
        const std::string controls = manyControls();
        // Each slash is two bytes once it is written again.
        const std::string slashes((1U << 20) - begin.size() - controls.size() - end.size(), '/');
        const ApiResponse stored = call(application, "POST", "/v1/tickets", begin + controls + slashes + end);
        REQUIRE(stored.status == 202);
        CHECK(call(application, "GET", "/v1/tickets/1", "").body.size() > (1U << 20)); // the request and the ticket
        CHECK(ticketOne(application)->getObject("ticket")->getValue<std::string>("title") == "Disk full");
        REQUIRE(call(application, "POST", "/v1/tickets/1/discard", "{}").status == 200);
        CHECK(
            call(application, "POST", "/v1/tickets/1/retry", R"({"changes":{"title":"Disk of SRV01 full"}})").status ==
            200);
        CHECK(ticketOne(application)->getObject("request")->getValue<std::string>("title") == "Disk of SRV01 full");
    });
}
