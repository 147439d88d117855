// One ticket per alert episode, whatever its source repeats, and whenever the process is killed.
#include "host/json/json_text.h"
#include "tests/delivery/house.h"

#include <catch2/catch.hpp>

#include <thread>

using namespace psa::http;
using namespace psa::json;
using namespace psa::run;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;

namespace {

std::string notification(const std::string &status, const std::string &startsAt = "2026-11-25T10:00:00Z")
{
    return R"({"version":"4","status":")" + status + R"(","groupKey":"{}:{alertname=\"DiskFull\"}",
        "groupLabels":{"alertname":"DiskFull"},"commonLabels":{"alertname":"DiskFull"},"commonAnnotations":{},
        "alerts":[{"status":")" +
           status + R"(","labels":{"alertname":"DiskFull"},"annotations":{},"startsAt":")" + startsAt +
           R"(","fingerprint":"aa11"}]})";
}

ApiResponse ask(Application &application, const char *method, const std::string &path, const std::string &body)
{
    return application.router().handle({method, path, {}, {}, body, {"test"}, {}});
}

/// The hook's result: "opened", "duplicate", ...
std::string tell(Application &application, const std::string &body)
{
    const ApiResponse answer = ask(application, "POST", "/v1/hooks/alertmanager/a", body);
    CHECK(answer.status == 200);
    return parseObject(answer.body)->getValue<std::string>("episode");
}

std::size_t tickets(Application &application)
{
    return application.store().read([](const StoreReader &reader) { return reader.listTickets({}).tickets.size(); });
}

} // namespace

TEST_CASE("an alert episode has one ticket from its first notification until it is resolved", "[alerts]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        addConnections(application);
        CHECK(tell(application, notification("resolved")) == "nothing");
        CHECK(tell(application, notification("firing")) == "opened");
        house.clock->advance(4h);
        CHECK(tell(application, notification("firing")) == "duplicate");
        // The earliest alert of a group moves when others resolve: it is not a key.
        CHECK(tell(application, notification("firing", "2026-11-25T12:00:00Z")) == "duplicate");
        CHECK(tickets(application) == 1);
        CHECK(tell(application, notification("resolved")) == "closed");
        CHECK(tell(application, notification("resolved")) == "nothing");
        CHECK(tell(application, notification("firing")) == "opened");
        CHECK(tickets(application) == 2);
        const auto audit = application.store().read([](const StoreReader &reader) { return reader.audit({}).entries; });
        CHECK(std::any_of(audit.begin(), audit.end(), [](const AuditEntry &entry) {
            return entry.action == "alert.resolved" && entry.ticketId == 1;
        }));
    });
}

TEST_CASE("without resolved notifications an episode ends after a silence, but not while the same alerts still fire",
          "[alerts]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        addConnections(application);
        REQUIRE(ask(application, "PUT", "/v1/connections/a/alerts", R"({"resolvedAfterMinutes":60})").status == 200);
        CHECK(tell(application, notification("firing")) == "opened");
        house.clock->advance(59min);
        CHECK(tell(application, notification("firing", "2026-11-25T11:00:00Z")) == "duplicate");
        house.clock->advance(24h);
        CHECK(tell(application, notification("firing", "2026-11-25T11:00:00Z")) ==
              "duplicate"); // never repeated, but the same
        house.clock->advance(60min);
        CHECK(tell(application, notification("firing", "2026-11-27T10:00:00Z")) == "opened");
        CHECK(tickets(application) == 2);
    });
}

TEST_CASE("two simultaneous notifications create one ticket", "[alerts]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        addConnections(application);
        std::vector<std::thread> threads;
        std::atomic<int> opened{0};
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                const ApiResponse answer = ask(application, "POST", "/v1/hooks/alertmanager/a", notification("firing"));
                opened += answer.body.find("opened") != std::string::npos ? 1 : 0;
            });
        for (std::thread &each : threads)
            each.join();
        CHECK(opened == 1);
        CHECK(tickets(application) == 1);
    });
}

TEST_CASE("a process killed while receiving a notification has one ticket after the source sends it again", "[alerts]")
{
    for (const bool durable : {false, true})
    {
        const HostFixture house;
        house.with(ring("key"), addConnections);
        CHECK(house.with(
            ring("key"), [](Application &application) { tell(application, notification("firing")); }, 0, durable));
        house.with(ring("key"), [&](Application &application) {
            CHECK(tickets(application) == (durable ? 1 : 0));
            CHECK(tell(application, notification("firing")) == (durable ? "duplicate" : "opened"));
            CHECK(tickets(application) == 1);
        });
    }
}

TEST_CASE("notifications that Alertmanager should send again get 503, others 4xx", "[alerts]")
{
    const HostFixture house;
    house.with(ring("key"), [&](Application &application) {
        addConnections(application);
        const auto status = [&](const std::string &connection, const std::string &body) {
            return ask(application, "POST", "/v1/hooks/alertmanager/" + connection, body).status;
        };
        CHECK(status("nobody", notification("firing")) == 404);
        CHECK(status("a", "no JSON") == 400);
        CHECK(status("a", notification("burning")) == 400);
    });
}
