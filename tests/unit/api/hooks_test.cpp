// The webhooks of sources: who is admitted, and what the log may show of it.
#include "host/access/request_authenticator.h"
#include "host/json/base64.h"
#include "tests/unit/api/bare_host.h"

#include <catch2/catch.hpp>

using namespace psa;
using namespace psa::http;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A host that is reached over the network, whose readers understand everything.
struct HookHost : BareHost
{
    HookHost() : BareHost([](run::ApplicationParts &parts) { adjust(parts); }) {}

    static void adjust(run::ApplicationParts &parts)
    {
        parts.readDelivery = [](const events::SourceSettings &, const events::RawDelivery &delivery) {
            events::Event event;
            event.title = delivery.body;
            const bool isRefused = delivery.body == "no";
            return events::ReaderResult{isRefused ? events::reader::Reading::Kind::refused
                                                  : events::reader::Reading::Kind::events,
                                        isRefused ? std::vector<events::Event>() : std::vector{event},
                                        isRefused ? "This is not for us." : "",
                                        {},
                                        {}};
        };
        parts.url = "https://psa.example";
    }

    /// As the server does: admitted by its head first.
    ApiResponse send(ApiRequest request, const std::string &address = "192.0.2.7")
    {
        request.headers.emplace("host", "psa.example");
        request.caller = {"", address};
        Admitted admitted;
        try
        {
            admitted = guard.admit(request);
        }
        catch (const Problem &problem)
        {
            return problem.toResponse();
        }
        if (request.body.size() > admitted.maxBody)
            return tooLarge(admitted.maxBody).toResponse();
        return application.router().begin(admitted.route, request);
    }
    ApiResponse post(const std::string &path, std::map<std::string, std::string> headers = {},
                     const std::string &body = "x")
    {
        return send(requestTo("POST", path.c_str(), body, std::move(headers)));
    }
    static std::map<std::string, std::string> bearer(const std::string &token)
    {
        return {{"authorization", "Bearer " + token}};
    }

    /// Adds a source; returns its token.
    std::string add(const std::string &document)
    {
        const ApiResponse answer = ask(requestTo("POST", "/v1/sources", document));
        REQUIRE(answer.status == 201);
        return json::parseObject(answer.body)->getValue<std::string>("token");
    }
    /// The path of a new secret URL.
    std::string secretPath(const std::string &name)
    {
        const auto answer =
            json::parseObject(ask(requestTo("POST", ("/v1/sources/" + name + "/secret-url").c_str())).body);
        const auto url = answer->getValue<std::string>("url");
        CHECK_THAT(url, Catch::StartsWith("https://psa.example/v1/hooks/" + name + "/psau_"));
        return url.substr(std::string("https://psa.example").size());
    }

    access::RequestAuthenticator guard{application.router(), application.access(), {"psa.example"}};
};

std::string slugOf(const ApiResponse &answer)
{
    return json::parseObject(answer.body)->optValue<std::string>("type", "").substr(21);
}

constexpr const char *plain = R"({"name":"alerts","preset":"json"})";

} // namespace

TEST_CASE("a webhook takes the token of its source in any form that senders have", "[hooks]")
{
    HookHost host;
    const std::string token = host.add(plain);
    CHECK(host.post("/v1/hooks/alerts", HookHost::bearer(token)).status == 200);
    CHECK(host.post("/v1/hooks/alerts", {{"authorization", "Token " + token}}).status == 200);
    CHECK(host.post("/v1/hooks/alerts", {{"authorization", token}}).status == 200);
    CHECK(host.post("/v1/hooks/alerts", {{"authorization", "Basic " + json::toBase64("user:" + token)}}).status == 200);
    ApiRequest inQuery = requestTo("POST", "/v1/hooks/alerts", "x", {}, {{"access_token", token}});
    CHECK(host.send(inQuery).status == 200);
    CHECK(host.post("/v1/hooks/alerts").status == 401);
    CHECK(host.post("/v1/hooks/alerts", HookHost::bearer(token + "0")).status == 401);
}

TEST_CASE("the token of a source opens its webhook and nothing else, and tokens of the API open no webhook", "[hooks]")
{
    HookHost host;
    const std::string token = host.add(plain);
    host.add(R"({"name":"others","preset":"json"})");
    CHECK(host.post("/v1/hooks/others", HookHost::bearer(token)).status == 401);
    for (const char *path : {"/v1/status", "/v1/sources", "/v1/sources/alerts"})
        CHECK(host.send(requestTo("GET", path, "", HookHost::bearer(token))).status == 401);
    const auto admin = host.application.access().tokens.add("all", {Scope::admin}, {}, "test");
    CHECK(host.send(requestTo("GET", "/v1/sources", "", HookHost::bearer(admin.text))).status == 200);
    CHECK(host.post("/v1/hooks/alerts", HookHost::bearer(admin.text)).status == 401);
}

TEST_CASE("a webhook that does not exist answers like one with wrong credentials", "[hooks]")
{
    HookHost host;
    host.add(plain);
    CHECK(host.post("/v1/hooks/alerts", HookHost::bearer("psas_0")).body ==
          host.post("/v1/hooks/nobody", HookHost::bearer("psas_0")).body);
    CHECK(host.post("/v1/hooks/alerts").body == host.post("/v1/hooks/nobody").body);
    const ApiResponse wrong = host.post("/v1/hooks/alerts/psau_0");
    CHECK(wrong.status == 404);
    CHECK(wrong.body == host.post("/v1/hooks/nobody/psau_0").body);
    CHECK(wrong.headers == host.post("/v1/hooks/nobody/psau_0").headers);
}

TEST_CASE("the secret of a URL delivers, and is in no log, refusal, audit entry or answer", "[hooks]")
{
    HookHost host;
    host.add(plain);
    const std::string path = host.secretPath("alerts");
    const std::string secret = path.substr(path.rfind('/') + 1);
    CHECK(host.post(path).status == 200);
    std::string seen;
    const auto send = [&](ApiRequest request) {
        const ApiResponse answer = host.send(std::move(request));
        CHECK(answer.status >= 400);
        seen += answer.body;
    };
    send(requestTo("POST", path.c_str(), "no"));
    send(requestTo("DELETE", path.c_str()));
    send(requestTo("POST", (path + "/more").c_str()));
    send(requestTo("POST", ("/v1/HOOKS/alerts/" + secret).c_str()));
    send(requestTo("POST", ("/v1/hooks//" + secret).c_str()));
    send(requestTo("POST", ("/api/v1/%68ooks/alerts/" + secret).c_str()));
    send(requestTo("POST", ("/v1/hooks/" + secret).c_str()));
    send(requestTo("POST", ("/v1/hooks/nobody/" + secret).c_str()));
    send(requestTo("POST", ("/v1/hooks/alertmanager/" + secret).c_str()));
    send(requestTo("POST", path.c_str(), std::string(events::maxDelivery + 1, 'x')));
    CHECK(host.ask(requestTo("DELETE", "/v1/sources/alerts/secret-url")).status == 204);
    send(requestTo("POST", path.c_str()));
    for (const char *page : {"/v1/refusals", "/v1/audit", "/metrics", "/v1/sources", "/v1/sources/alerts/deliveries",
                             "/v1/deliveries/1", "/v1/status", "/readyz"})
        seen += host.ask(requestTo("GET", page)).body;
    seen += host.logged + host.warned;
    CHECK_THAT(seen, Contains("/v1/hooks/alerts/…"));
    CHECK_THAT(seen, !Contains(secret));
}

TEST_CASE("an address that tries credentials has to wait, and a valid one is taken in the meantime", "[hooks]")
{
    HookHost host;
    const std::string token = host.add(plain);
    for (int i = 0; i < 10; ++i)
        CHECK(host.post("/v1/hooks/alerts", HookHost::bearer("psas_0")).status == 401);
    const ApiResponse answer = host.post("/v1/hooks/nobody", HookHost::bearer("psas_0"));
    CHECK(answer.status == 429);
    CHECK(host.post("/v1/hooks/alerts/psau_0").status == 429);
    CHECK(host.post("/v1/hooks/alerts", HookHost::bearer(token)).status == 200);
    CHECK(host.send(requestTo("POST", "/v1/hooks/alerts", "x", HookHost::bearer("psas_0")), "192.0.2.8").status == 401);
    host.clock->advance(16min);
    CHECK(host.post("/v1/hooks/alerts", HookHost::bearer("psas_0")).status == 401);
}

TEST_CASE("a webhook takes POST, PUT and GET, and HEAD delivers nothing", "[hooks]")
{
    HookHost host;
    const auto headers = HookHost::bearer(host.add(plain));
    CHECK(host.send(requestTo("PUT", "/v1/hooks/alerts", "a", headers)).status == 200);
    CHECK(host.send(requestTo("GET", "/v1/hooks/alerts", "", headers, {{"msg", "x"}, {"msg", "y"}})).status == 200);
    CHECK(host.send(requestTo("HEAD", "/v1/hooks/alerts", "", headers, {{"msg", "z"}})).status == 405);
    CHECK(host.ask(requestTo("HEAD", "/v1/hooks/alerts", "", headers, {{"msg", "z"}})).status == 405);
    const auto list = json::parseObject(host.ask(requestTo("GET", "/v1/sources/alerts/deliveries")).body);
    CHECK(list->getArray("deliveries")->size() == 2);
}

TEST_CASE("a sender of CloudEvents is told that it may send", "[hooks]")
{
    HookHost host;
    const std::string token = host.add(R"({"name":"alerts","preset":"json","quotaPerMinute":120})");
    auto headers = HookHost::bearer(token);
    headers["webhook-request-origin"] = "events.example";
    headers["webhook-request-rate"] = "1000";
    const ApiResponse answer = host.send(requestTo("OPTIONS", "/v1/hooks/alerts", "", headers));
    CHECK(answer.status == 200);
    const std::map<std::string, std::string> told(answer.headers.begin(), answer.headers.end());
    CHECK(told.at("WebHook-Allowed-Origin") == "events.example");
    CHECK(told.at("WebHook-Allowed-Rate") == "120");
    headers.erase("authorization");
    CHECK(host.send(requestTo("OPTIONS", "/v1/hooks/alerts", "", headers)).headers ==
          host.send(requestTo("OPTIONS", "/v1/hooks/nobody", "", headers)).headers);
    CHECK(host.send(requestTo("OPTIONS", "/v1/hooks/alerts/psau_0", "", headers)).status == 404);
}

TEST_CASE("the webhook of release 0.1 says where its settings are now", "[hooks]")
{
    HookHost host;
    host.add(R"({"name":"alertmanager-acme","preset":"alertmanager"})");
    const ApiResponse answer = host.post("/v1/hooks/alertmanager/acme");
    CHECK(answer.status == 410);
    CHECK_THAT(answer.body,
               Contains("psa-host source token alertmanager-acme") && Contains("/v1/hooks/alertmanager-acme"));
    const ApiResponse other = host.post("/v1/hooks/alertmanager/nobody");
    CHECK(other.status == 410);
    CHECK_THAT(other.body, Contains("psa-host source add") && !Contains("nobody"));
    host.add(R"({"name":"alertmanager","preset":"alertmanager"})"); // the name is free for a source
    CHECK(host.post(host.secretPath("alertmanager")).status == 200);
}

TEST_CASE("refused requests of a source are counted and listed with the reason that only the operator sees", "[hooks]")
{
    HookHost host;
    host.add(plain);
    CHECK_THAT(host.post("/v1/hooks/alerts", HookHost::bearer("psas_0")).body, !Contains("not that of the source"));
    CHECK_THAT(host.ask(requestTo("GET", "/v1/refusals")).body, Contains("its token is not that of the source"));
    CHECK_THAT(host.ask(requestTo("GET", "/v1/sources/alerts")).body, Contains(R"("refused":1)"));
}

TEST_CASE("a source over its quota gets 503 with the time to wait", "[hooks]")
{
    HookHost host;
    const auto headers = HookHost::bearer(host.add(R"({"name":"alerts","preset":"json","quotaPerMinute":1})"));
    CHECK(host.post("/v1/hooks/alerts", headers, "1").status == 200);
    const ApiResponse answer = host.post("/v1/hooks/alerts", headers, "2");
    CHECK(answer.status == 503);
    CHECK(slugOf(answer) == "over-quota");
    CHECK(answer.headers == std::vector<std::pair<std::string, std::string>>{{"Retry-After", "60"}});
}

TEST_CASE("what a reader refuses is answered with its words", "[hooks]")
{
    HookHost host;
    const auto headers = HookHost::bearer(host.add(plain));
    const ApiResponse answer = host.post("/v1/hooks/alerts", headers, "no");
    CHECK(answer.status == 400);
    CHECK_THAT(answer.body, Contains("This is not for us."));
}
