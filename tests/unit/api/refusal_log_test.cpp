// Rejections are logged, and no number of them fills up the log or the memory.
#include "host/api/refusal_log.h"
#include "tests/unit/api/bare_host.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace psa::api;
using namespace psa::http;
using namespace psa::json;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

struct Refusing
{
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::vector<std::string> lines;
    RefusalLog log{clock, [this](const std::string &line) { lines.push_back(line); }};

    /// `name`: of the caller; "" = it was not authenticated.
    void refuse(const char *method, const std::string &path, int status = 404, const std::string &name = "token t")
    {
        ApiRequest request = requestTo(method, path.c_str());
        request.caller = {name, "192.0.2.7", "3f9a12bc77ab"};
        log.add(request, Problem(status, "some-kind", "Something", "Something is wrong with it."));
    }
    std::uint64_t count(RefusedKind kind, const std::string &status) const
    {
        const auto counts = log.counts();
        return std::find_if(counts.begin(), counts.end(),
                            [&](const auto &each) { return each.kind == kind && each.status == status; })
            ->count;
    }
};

} // namespace

TEST_CASE("a rejected webhook is logged with sender, token and reason, counted, and kept by its path", "[refusals]")
{
    Refusing host;
    host.refuse("POST", "/v1/hooks/acme", 401, "");
    REQUIRE(host.lines.size() == 1);
    CHECK(host.lines[0] == "A webhook, POST /v1/hooks/acme, from 192.0.2.7, token 3f9a12bc77ab, was "
                           "rejected with 401 (some-kind): Something is wrong with it.");
    CHECK(host.count(RefusedKind::hook, "401") == 1);
    host.clock->advance(1s);
    host.refuse("POST", "/v1/hooks/acme", 400);
    host.clock->advance(1s);
    host.refuse("POST", "/v1/tickets", 422);
    const auto all = host.log.lastByAddress();
    REQUIRE(all.size() == 2);
    CHECK(all[0].address == "/v1/tickets");
    CHECK(all[0].kind == RefusedKind::ticket);
    CHECK(all[1].address == "/v1/hooks/acme"); // with and without a valid token
    CHECK(all[1].count == 2);
    REQUIRE(all[1].last.size() == 2);
    CHECK(all[1].last[0].status == 400);
    CHECK(all[1].last[1].status == 401);
    CHECK(all[1].last[1].from == "192.0.2.7");
    CHECK(all[1].last[1].token == "3f9a12bc77ab");
}

TEST_CASE("a flood of rejections logs a few lines, and then how many were omitted", "[refusals]")
{
    Refusing host;
    for (int i = 0; i < 1000; ++i)
        host.refuse("POST", "/v1/hooks/acme", 401, "");
    CHECK(host.lines.size() == RefusalLog::linesEach);
    host.refuse("POST", "/v1/hooks/acme", 400);
    CHECK(host.lines.size() == RefusalLog::linesEach + 1); // it does not hide another kind of trouble
    host.log.tellLeftOut();
    CHECK(host.lines.size() == RefusalLog::linesEach + 1);
    host.clock->advance(RefusalLog::stretch);
    host.log.tellLeftOut();
    REQUIRE(host.lines.size() == RefusalLog::linesEach + 2);
    CHECK_THAT(host.lines.back(), Catch::StartsWith("995 more webhooks were rejected with 401"));
    host.refuse("POST", "/v1/hooks/acme", 401, "");
    CHECK(host.lines.size() == RefusalLog::linesEach + 3);
    CHECK(host.count(RefusedKind::hook, "401") == 1001);
    CHECK(host.log.lastByAddress().at(0).last.size() == RefusalLog::keptEach);
}

TEST_CASE("paths made up by clients without a token do not displace those used with a valid token", "[refusals]")
{
    Refusing host;
    host.refuse("POST", "/v1/hooks/acme", 400);
    for (int i = 0; i < 10000; ++i)
        host.refuse("POST", "/v1/hooks/" + std::to_string(i), 401, "");
    const auto all = host.log.lastByAddress();
    CHECK(all.size() == RefusalLog::keptAddresses + 1);
    CHECK(std::any_of(all.begin(), all.end(),
                      [](const RefusedAddress &each) { return each.address == "/v1/hooks/acme"; }));
    CHECK(host.log.counts().size() == 48); // for any number of requests
}

TEST_CASE("a rejected request is shown truncated, on one line, and without the secret of a token", "[refusals]")
{
    Refusing host;
    const std::string secret(64, 'f');
    ApiRequest request =
        requestTo("POST", ("/v1/hooks/psa_3f9a12bc77ab_" + secret + "/a\x1B[2J\n\xE2\x80\xAE").c_str(), "the body",
                  {{"authorization", "Bearer psa_3f9a12bc77ab_" + secret}}, {{"token", "psa_3f9a12bc77ab_" + secret}});
    request.caller = {"", "192.0.2.7\n", std::string("\x1B") + std::string(5000, 'x')};
    host.log.add(request, Problem(400, "bad-body", "Bad", "psa_3f9a12bc77ab_" + secret + std::string(5000, 'y')));
    REQUIRE(host.lines.size() == 1);
    CHECK_THAT(host.lines[0], !Contains(secret.substr(0, 8)) && !Contains("the body") && !Contains("\n") &&
                                  !Contains("\x1B") && Contains("psa_3f9a12bc77ab_[redacted]"));
    CHECK(host.lines[0].size() < 5 * RefusalLog::maxText);
    const RefusedAddress kept = host.log.lastByAddress().at(0);
    CHECK_THAT(kept.address, Contains("/v1/hooks/psa_3f9a12bc77ab_[redacted]") && !Contains("\n"));
    CHECK(kept.last.at(0).detail.size() <= RefusalLog::maxText);
    CHECK(kept.last.at(0).token.size() <= RefusalLog::maxText);
}

TEST_CASE("failed requests of the page and of browsers are counted, but not reported", "[refusals]")
{
    Refusing host;
    host.refuse("GET", "/v1/session", 401, "");
    host.refuse("GET", "/favicon.ico", 404, "");
    host.refuse("PUT", "/v1/connections/acme", 422);
    CHECK(host.lines.empty());
    CHECK(host.log.lastByAddress().empty());
    CHECK(host.count(RefusedKind::other, "401") == 1);
    host.refuse("POST", "/v1/tickets/", 418, "");
    CHECK(host.count(RefusedKind::other, "other") == 1);
}

TEST_CASE("a POST to a path that does not exist is reported", "[refusals]")
{
    Refusing host;
    ApiRequest request = requestTo("POST", "/hooks/acme");
    request.caller = {"", "192.0.2.7", ""};
    host.log.add(request, Problem(404, "not-found", "Not found", "The API has no such path."));
    CHECK(host.lines.size() == 1);
    CHECK(host.log.lastByAddress().at(0).kind == RefusedKind::other);
}

TEST_CASE("rejected tickets and webhooks are in the host's log, metrics and list", "[refusals][api]")
{
    const BareHost host;
    CHECK(host.problem(requestTo("POST", "/v1/hooks/nobody", "{}"), 401) == "hook-unauthorized");
    CHECK(host.problem(requestTo("POST", "/v1/tickets", "{}"), 400) == "bad-body");
    CHECK_THAT(host.warned,
               Contains("A webhook, POST /v1/hooks/nobody, from test was rejected with 401") &&
                   Contains("A ticket, POST /v1/tickets, from test was rejected with 400 (bad-body): /title"));
    CHECK_THAT(host.ask(requestTo("GET", "/metrics")).body,
               Contains("psa_host_refused_requests_total{kind=\"hook\",status=\"401\"} 1\n") &&
                   Contains("psa_host_refused_requests_total{kind=\"ticket\",status=\"400\"} 1\n") &&
                   Contains("psa_host_refused_requests_total{kind=\"ticket\",status=\"413\"} 0\n"));
    const auto refusals = parseObject(host.ask(requestTo("GET", "/v1/refusals")).body);
    CHECK(refusals->getArray("addresses")->size() == 2);
}
