// A token that is bound to connections: for it no others exist, on any route.
#include "host/access/request_authenticator.h"
#include "host/api/reach.h"
#include "host/service/ticket_actions.h"
#include "tests/delivery/house.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <catch2/catch.hpp>

#include <set>

using namespace psa::access;
using namespace psa::api;
using namespace psa::http;
using namespace psa::service;
using namespace psa::test;
using Catch::Contains;
using Poco::JSON::Object;

namespace {

/// Connections a, b and c with one ticket each, numbered from 1; the caller may use b.
struct BoundHouse
{
    HostFixture house;

    void with(const std::function<void(Application &)> &work) const
    {
        REQUIRE(!house.with(ring("key"), [&](Application &application) {
            addConnections(application);
            for (const char *name : {"a", "b", "c"})
                REQUIRE(send(application, "POST", "/v1/tickets",
                             R"({"connection":")" + std::string(name) + R"(","title":"Disk full"})", std::nullopt)
                            .status == 202);
            work(application);
        }));
    }

    static ApiResponse send(Application &application, const std::string &method, const std::string &path,
                            const std::string &body = "",
                            std::optional<std::set<std::string>> connections = std::set<std::string>{"b"},
                            std::multimap<std::string, std::string> query = {})
    {
        Caller caller{"token test"};
        caller.connections = std::move(connections);
        return application.router().handle({method, path, std::move(query), {}, body, caller, {}});
    }
};

std::string slugOf(const ApiResponse &answer)
{
    const auto type = parseObject(answer.body)->getValue<std::string>("type");
    return type.substr(type.rfind(':') + 1);
}

/// `path` of a route with these values of its parameters.
std::string filledIn(std::string path, const std::string &connection, const std::string &ticket)
{
    for (const auto &[name, value] :
         {std::pair("{name}", connection), std::pair("{id}", ticket), std::pair("{operation}", std::string("1")),
          std::pair("{list}", std::string("queues"))})
        path = Poco::replace(path, std::string(name), value);
    return path;
}

/// The connections that the entries of a list belong to.
std::set<std::string> connectionsIn(const ApiResponse &answer, const char *list, const char *member)
{
    REQUIRE(answer.status == 200);
    std::set<std::string> names;
    const Poco::JSON::Array::Ptr entries = parseObject(answer.body)->getArray(list);
    for (const auto &each : *entries)
        names.insert(each.extract<Object::Ptr>()->optValue<std::string>(member, ""));
    return names;
}

} // namespace

TEST_CASE("every route says what it gives access to, so that a bound token gets no more", "[api]")
{
    const BoundHouse house;
    house.with([](Application &application) {
        for (const Router::Route &route : application.router().routes())
        {
            CAPTURE(route.method, route.path);
            CHECK(isReachKnown(route));
            const bool names = route.path.starts_with("/v1/connections/{name}");
            CHECK((reachOf(route) == Reach::connection) == names);
            CHECK((reachOf(route) == Reach::ticket) == route.path.starts_with("/v1/tickets/{id}"));
        }
    });
}

TEST_CASE("for a bound token other connections and their tickets do not exist, on any route", "[api]")
{
    const BoundHouse house;
    house.with([](Application &application) {
        for (const Router::Route &route : application.router().routes())
        {
            CAPTURE(route.method, route.path);
            const auto to = [&](const std::string &connection, const std::string &ticket) {
                return BoundHouse::send(application, route.method, filledIn(route.path, connection, ticket), "{}");
            };
            if (reachOf(route) == Reach::connection)
            {
                const ApiResponse other = to("a", "");
                CHECK(slugOf(other) == "unknown-connection");
                CHECK(Poco::replace(other.body, std::string(R"(\"a\")"), std::string(R"(\"x\")")) == to("x", "").body);
            }
            if (reachOf(route) == Reach::ticket)
            {
                CHECK(slugOf(to("", "1")) == "unknown-ticket");
                const psa::ticket::StoredTicket other = application.tickets().find("1");
                CHECK(slugOf(to("", other.reference)) == "unknown-ticket");
            }
            if (reachOf(route) == Reach::host)
                CHECK(slugOf(to("", "")) == "bound-token");
        }
        CHECK(application.tickets().find("1").state == psa::ticket::TicketState::ready);
        CHECK(application.connections().find("a") != nullptr);
    });
}

TEST_CASE("a bound token works with its own connection and tickets", "[api]")
{
    const BoundHouse house;
    house.with([](Application &application) {
        const auto status = [&](const char *method, const char *path, const std::string &body = "") {
            return BoundHouse::send(application, method, path, body).status;
        };
        CHECK(status("GET", "/v1/connections/b") == 200);
        CHECK(status("PUT", "/v1/connections/b", "{}") == 200);
        CHECK(status("GET", "/v1/tickets/2") == 200);
        CHECK(status("POST", "/v1/tickets", R"({"connection":"b","title":"x"})") == 202);
        CHECK(status("POST", "/v1/tickets/2/discard") == 200);
        CHECK(status("GET", "/v1/plugins") == 200);
    });
}

TEST_CASE("a bound token cannot submit to another connection, whether it exists or not", "[api]")
{
    const BoundHouse house;
    house.with([](Application &application) {
        for (const char *name : {"a", "nothing"})
        {
            const ApiResponse answer = BoundHouse::send(application, "POST", "/v1/tickets",
                                                        R"({"connection":")" + std::string(name) + R"(","title":"x"})");
            CHECK(answer.status == 403);
            CHECK(slugOf(answer) == "bound-token");
            CHECK_THAT(answer.body, Contains("bound to the connections b"));
        }
    });
}

TEST_CASE("lists for a bound token have only what belongs to its connections", "[api]")
{
    const BoundHouse house;
    house.with([](Application &application) {
        using Names = std::set<std::string>;
        const auto get = [&](const char *path, std::multimap<std::string, std::string> query = {},
                             const Names &connections = {"b"}) {
            return BoundHouse::send(application, "GET", path, "", connections, std::move(query));
        };
        const std::multimap<std::string, std::string> toA{{"connection", "a"}};
        CHECK(connectionsIn(get("/v1/tickets"), "tickets", "connection") == Names{"b"});
        CHECK(connectionsIn(get("/v1/tickets", {{"state", "open"}}), "tickets", "connection") == Names{"b"});
        CHECK(connectionsIn(get("/v1/tickets", toA), "tickets", "connection").empty());
        CHECK(connectionsIn(get("/v1/tickets", {{"q", "disk"}}), "tickets", "connection") == Names{"b"});
        CHECK(connectionsIn(get("/v1/tickets", {{"q", "disk"}, {"state", "ready"}}), "tickets", "connection") ==
              Names{"b"});
        CHECK(connectionsIn(get("/v1/tickets", {}, {"a", "c"}), "tickets", "connection") == Names{"a", "c"});
        CHECK(connectionsIn(get("/v1/connections"), "connections", "name") == Names{"b"});
        CHECK(connectionsIn(get("/v1/status"), "connections", "name") == Names{"b"});
        CHECK(connectionsIn(get("/v1/audit"), "entries", "connection") == Names{"b"});
        CHECK(connectionsIn(get("/v1/audit", toA), "entries", "connection").empty());
        CHECK(connectionsIn(get("/v1/audit", {{"ticket", "1"}}), "entries", "connection").empty());
        CHECK(connectionsIn(get("/v1/audit", {}, {"a", "c"}), "entries", "connection") == Names{"a", "c"});
        const std::string metrics = get("/metrics").body;
        CHECK_THAT(metrics, Contains(R"(connection="b")") && !Contains(R"(connection="a")") &&
                                !Contains("psa_host_refused_requests_total"));
    });
}

TEST_CASE("pages of a bound token's lists are complete", "[api]")
{
    const BoundHouse house;
    house.with([](Application &application) {
        for (int i = 0; i < 4; ++i)
            for (const char *name : {"a", "b", "c"})
                BoundHouse::send(application, "POST", "/v1/tickets",
                                 R"({"connection":")" + std::string(name) + R"(","title":"more"})", std::nullopt);
        for (const auto &[path, list] : {std::pair("/v1/tickets", "tickets"), std::pair("/v1/audit", "entries")})
        {
            std::set<std::string> ids;
            std::string cursor;
            do
            {
                const ApiResponse answer =
                    BoundHouse::send(application, "GET", path, "", std::set<std::string>{"a", "b"},
                                     {{"limit", "3"}, {"cursor", cursor}});
                REQUIRE(answer.status == 200);
                const Object::Ptr page = parseObject(answer.body);
                for (const auto &each : *page->getArray(list))
                    CHECK(ids.insert(each.extract<Object::Ptr>()->get("id").convert<std::string>()).second);
                cursor = page->optValue<std::string>("next", "");
            } while (!cursor.empty());
            CHECK(ids.size() == (std::string(list) == "tickets" ? 10 : 12)); // and two connections that were added
        }
    });
}

TEST_CASE("an action on many tickets reaches only those that a bound token may use", "[api]")
{
    const BoundHouse house;
    house.with([](Application &application) {
        const auto act = [&](const std::string &which) {
            const ApiResponse answer =
                BoundHouse::send(application, "POST", "/v1/tickets/actions", R"({"action":"discard",)" + which + "}");
            REQUIRE(answer.status == 200);
            return answer.body;
        };
        CHECK_THAT(act(R"("ids":[1])"), Contains("unknown-ticket"));
        CHECK(act(R"("filter":{"state":["ready"]})") == R"({"results":[{"id":2,"ok":true,"state":"cancelled"}]})");
        CHECK(act(R"("filter":{"connection":"a"})") == R"({"results":[]})");
        CHECK(application.tickets().find("1").state == psa::ticket::TicketState::ready);
    });
}

TEST_CASE("the events of a bound token are about its own connections", "[api]")
{
    const BoundHouse house;
    house.with([](Application &application) {
        const auto stream = BoundHouse::send(application, "GET", "/v1/stream");
        REQUIRE(stream.events);
        CHECK_THAT(stream.events(), !Contains("changed"));
        application.tickets().discard("1", "", "test");
        CHECK(stream.events().empty());
        application.tickets().discard("2", "", "test");
        CHECK(stream.events() == "event: changed\ndata: [\"tickets\",\"audit\"]\n\n");
        CHECK(stream.events().empty());
    });
}

TEST_CASE("a token is bound when it is created, and stays so after a restart", "[access]")
{
    const BoundHouse house;
    std::string text;
    house.with([&](Application &application) {
        const auto make = [&](const std::string &connections) {
            return BoundHouse::send(application, "POST", "/v1/tokens",
                                    R"({"name":"one","scopes":["read"],"connections":)" + connections + "}",
                                    std::nullopt);
        };
        for (const char *wrong : {"[]", R"("b")", R"(["nothing"])", "[7]"})
            CHECK(make(wrong).status == 422);
        const ApiResponse made = make(R"(["b"])");
        REQUIRE(made.status == 201);
        CHECK_THAT(made.body, Contains(R"("connections":["b"])"));
        text = parseObject(made.body)->getValue<std::string>("token");
        CHECK_THAT(BoundHouse::send(application, "GET", "/v1/tokens", "", std::nullopt).body,
                   Contains(R"("connections":["b"])"));
    });
    REQUIRE(!house.house.with(ring("key"), [&](Application &application) {
        RequestAuthenticator authenticator(application.router(), application.access(), {"psa.example.com"});
        ApiRequest request{
            "GET", "/v1/tickets/1", {}, {{"host", "psa.example.com"}, {"authorization", "Bearer " + text}}, "", {}, {}};
        authenticator.admit(request);
        CHECK(request.caller.connections == std::set<std::string>{"b"});
        CHECK(application.router().handle(request).status == 404);
    }));
}
