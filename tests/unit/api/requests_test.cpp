// Malformed requests: each gets a problem that says what is wrong, and never a 500.
#include "host/json/utf8.h"
#include "tests/unit/api/bare_host.h"

#include <catch2/catch.hpp>

using namespace psa::http;
using namespace psa::json;
using namespace psa::test;
using Catch::Contains;

namespace {

const std::string toNobody = R"({"connection":"nobody","title":"Disk full"})";

} // namespace

TEST_CASE("whether it is a dry run is never guessed", "[api]")
{
    const BareHost host;
    for (const char *value : {"1", "yes", "TRUE", ""})
    {
        CAPTURE(value);
        CHECK(host.problem(requestTo("POST", "/v1/tickets", toNobody, {}, {{"dryRun", value}}), 400) == "bad-flag");
    }
    for (const char *value : {"true", "false"})
        CHECK(host.problem(requestTo("POST", "/v1/tickets", toNobody, {}, {{"dryRun", value}}), 404) ==
              "unknown-connection");
}

TEST_CASE("a misspelled query parameter is rejected with the names that exist, and not ignored", "[api]")
{
    const BareHost host;
    const auto with = [&](const Router::Route &route, std::multimap<std::string, std::string> query) {
        return host.ask(requestTo(route.method.c_str(), route.path.c_str(), "", {}, std::move(query)));
    };
    for (const Router::Route &route : host.application.router().routes())
    {
        CAPTURE(route.method, route.path);
        const ApiResponse response = with(route, {{"statee", "s3cret"}});
        const bool ignoresQueries =
            !route.path.starts_with("/v1/") || route.path.starts_with("/v1/hooks/"); // senders have their own
        CHECK((response.status == 400) == !ignoresQueries);
        if (ignoresQueries)
            continue;
        CHECK_THAT(response.body, Contains(":bad-query"));
        CHECK_THAT(response.body,
                   Contains(route.method + " " + route.path + " has no query parameter \\\"statee\\\"."));
        CHECK_THAT(response.body, !Contains("s3cret"));
        for (const std::string &name : route.query)
            CHECK_THAT(response.body, Contains(name.substr(0, name.find('*'))));
        if (route.query.empty())
            CHECK_THAT(response.body, Contains("It has none."));
    }
    CHECK_THAT(host.ask(requestTo("HEAD", "/v1/tickets", "", {}, {{"State", "held"}})).body,
               Contains("It has: state, q, reason, connection, psaTicket, from, until, cursor, limit."));
    CHECK_THAT(host.ask(requestTo("GET", "/v1/connections/x/choices/y", "", {}, {{"dependsOn", "8"}})).body,
               Contains("It has: query, cursor, limit, dependsOn.NAME."));
    CHECK(host.problem(requestTo("GET", "/v1/connections/x/choices/y", "", {}, {{"dependsOn.queue", "8"}}), 404) ==
          "unknown-connection");
}

TEST_CASE("a second value of a query parameter is used or rejected, and not ignored", "[api]")
{
    const BareHost host;
    const auto get = [](const char *path, const char *name, const char *one, const char *other) {
        return requestTo("GET", path, "", {}, {{name, one}, {name, other}});
    };
    CHECK(host.problem(get("/v1/tickets", "limit", "1", "2"), 400) == "bad-query");
    CHECK(host.problem(get("/v1/connections/x/choices/y", "dependsOn.queue", "8", "9"), 400) == "bad-query");
    CHECK(host.ask(get("/v1/tickets", "state", "held", "ready")).status == 200);
    CHECK(host.problem(get("/v1/tickets", "state", "held", "wrong"), 400) == "bad-state");
}

TEST_CASE("an idempotency key that is not a string, or differs from that in the body, is rejected", "[api]")
{
    const BareHost host;
    const auto with = [&](const std::string &key, const std::string &body) {
        return host.ask(requestTo("POST", "/v1/tickets", body, {{"idempotency-key", key}})).body;
    };
    CHECK_THAT(with("k\xFC", toNobody), Contains(":bad-key"));
    CHECK_THAT(with(std::string(256, 'k'), toNobody), Contains(":bad-key"));
    CHECK_THAT(with("one", R"({"connection":"nobody","title":"Disk full","key":"other"})"), Contains(":two-keys"));
    CHECK_THAT(with(std::string(255, 'k'), toNobody), Contains(":unknown-connection"));
}

TEST_CASE("the wait may be one of several preferences", "[api]")
{
    const BareHost host;
    const auto with = [&](const char *prefer) {
        return host.ask(requestTo("POST", "/v1/tickets", toNobody, {{"prefer", prefer}})).body;
    };
    for (const char *bad : {"wait=61", "wait=-1", "wait=", "wait=soon", "respond-async, wait=61"})
        CHECK_THAT(with(bad), Contains(":bad-number"));
    for (const char *good : {"wait=60", "wait=10, respond-async", "respond-async,Wait=10", "handling=lenient", ""})
        CHECK_THAT(with(good), Contains(":unknown-connection"));
}

TEST_CASE("only a date and time with an offset is accepted as a time", "[api]")
{
    const BareHost host;
    const auto from = [](const char *time) { return requestTo("GET", "/v1/tickets", "", {}, {{"from", time}}); };
    for (const char *bad :
         {"x", "2026", "2026-11-24", "2026-11-24T17:00:00", "2026-13-24T17:00:00Z", "2026-02-30T17:00:00Z",
          "2026-11-24T17:00:00+99:99", "2026-11-24T17:00:00Z and more", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"})
    {
        CAPTURE(bad);
        CHECK(host.problem(from(bad), 400) == "bad-time");
    }
    for (const char *good : {"2026-11-24T17:00:00Z", "2026-11-24T17:00:00.123456+01:00"})
        CHECK(host.ask(from(good)).status == 200);
    CHECK(host.problem(requestTo("POST", "/v1/tokens", R"({"name":"x","scopes":["read"],"expires":"2099"})"), 422) ==
          "invalid");
}

TEST_CASE("members of a wrong type are rejected", "[api]")
{
    const BareHost host;
    for (const char *scopes : {"[null]", "[7]", "[{}]", R"(["everything"])", R"("read")", "[]"})
    {
        CAPTURE(scopes);
        const std::string body = R"({"name":"x","scopes":)" + std::string(scopes) + "}";
        CHECK(host.problem(requestTo("POST", "/v1/tokens", body), 422) == "invalid");
    }
    for (const char *look : {R"("yes")", "{}", "1"})
        CHECK(host.problem(requestTo("POST", "/v1/tickets/1/retry", R"({"verifyFirst":)" + std::string(look) + "}"),
                           400) == "bad-body");
    CHECK(host.problem(requestTo("POST", "/v1/tickets/1/retry", R"({"verifyFirst":true})"), 404) == "unknown-ticket");
    CHECK(host.logged.empty());
}

TEST_CASE("a problem is UTF-8 whatever it quotes", "[api]")
{
    const BareHost host;
    const ApiResponse answer = host.ask(requestTo("GET", "/v1/tickets", "", {}, {{"state", "\xFF"}}));
    CHECK(answer.status == 400);
    CHECK(isValidUtf8(answer.body));
}

TEST_CASE("a backup goes to a file in an existing folder", "[api]")
{
    const BareHost host;
    const std::string folder = host.folder.path();
    for (const std::string &file :
         {std::string("backup"), folder, folder + "/none/backup", folder + R"(/\u0000backup)"})
    {
        CAPTURE(file);
        CHECK(host.problem(requestTo("POST", "/v1/backups", R"({"file":")" + file + R"("})"), 422) == "invalid");
    }
    CHECK(host.ask(requestTo("POST", "/v1/backups", R"({"file":")" + folder + R"(/backup"})")).status == 200);
}

TEST_CASE("every 401 says how to authenticate", "[api]")
{
    const BareHost host;
    const ApiResponse answer = host.ask(requestTo("GET", "/v1/session"));
    CHECK(answer.status == 401);
    REQUIRE(answer.headers.size() == 1);
    CHECK(answer.headers[0] == std::pair<std::string, std::string>("WWW-Authenticate", "Bearer"));
}
