// Who is let in and who is rejected.
#include "host/access/request_authenticator.h"
#include "host/access/session_store.h"
#include "host/api/api_parts.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"
#include "host/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"

#include <catch2/catch.hpp>

using namespace psa::access;
using namespace psa::api;
using namespace psa::clock;
using namespace psa::delivery;
using namespace psa::http;
using namespace psa::json;
using namespace psa::net;
using namespace psa::plugin;
using namespace psa::secrets;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// An authenticator with one route per scope.
struct HostFixture
{
    TestFolder folder{TestFolder::inMemory()};
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::unique_ptr<Store> store = openSqliteStore({folder.path() / "state", ""}, clock);
    Access access{*store, clock, systemRandom};
    std::vector<std::string> refused; ///< "401 bad-token POST /submit of token ID".
    Router router{[](const std::string &) {},
                  [this](const ApiRequest &request, const Problem &problem) {
                      refused.push_back(std::to_string(problem.status()) + " " + problem.slug() + " " + request.method +
                                        " " + request.path + " of " + request.caller.address + " " +
                                        request.caller.token);
                  }};
    RequestAuthenticator authenticator{router, access, {"psa.example.com"}};

    HostFixture()
    {
        const auto who = [](const ApiRequest &request) {
            return ApiResponse{200, "text/plain", request.caller.name, {}};
        };
        router.add({"GET", "/open", Scope::anybody, who});
        router.add({"POST", "/submit", Scope::submit, who});
        router.add({"GET", "/read", Scope::read, who});
        router.add({"POST", "/operate", Scope::operate, who});
        router.add({"POST", "/admin", Scope::admin, who});
        addAccessRoutes(router, access, [](const std::string &name) { return name == "acme"; });
    }

    /// As a server does: admits the request and has it answered.
    ApiResponse handle(ApiRequest request)
    try
    {
        authenticator.admit(request);
        return router.handle(std::move(request));
    }
    catch (const Problem &problem)
    {
        return problem.toResponse();
    }

    std::string token(Scope scope, std::optional<Clock::Wall> expires = {})
    {
        return access.tokens.add(toText(scope), {scope}, expires, "test").text;
    }
};

using Headers = std::map<std::string, std::string>;

ApiRequest to(const char *method, const char *path, const Headers &headers = {}, const std::string &body = "")
{
    ApiRequest request{method, path, {}, {{"host", "psa.example.com"}}, body, {"", "192.0.2.1"}, {}};
    for (const auto &[name, value] : headers)
        request.headers[name] = value;
    return request;
}

Headers bearing(const std::string &token)
{
    return {{"authorization", "Bearer " + token}};
}

std::string kindOf(const ApiResponse &answer)
{
    const std::string prefix = "urn:psa-host:problem:";
    return parseObject(answer.body)->getValue<std::string>("type").substr(prefix.size());
}

/// A browser that has signed in with a token.
struct Browser
{
    std::string cookie;
    std::string csrf;

    Browser(HostFixture &house, const std::string &token)
    {
        const ApiResponse answer = house.handle(to("POST", "/v1/session", {}, R"({"token":")" + token + R"("})"));
        REQUIRE(answer.status == 200);
        csrf = parseObject(answer.body)->getValue<std::string>("csrf");
        const std::string &set = answer.headers.at(0).second;
        cookie = set.substr(0, set.find(';'));
    }
    Headers headers(const std::string &shown) const { return {{"cookie", cookie}, {"x-csrf-token", shown}}; }
};

} // namespace

TEST_CASE("a token grants what its scopes allow, and nothing else", "[access]")
{
    HostFixture house;
    const std::map<Scope, std::set<std::string>> opens = {{Scope::submit, {"/submit"}},
                                                          {Scope::read, {"/read"}},
                                                          {Scope::operate, {"/operate"}},
                                                          {Scope::admin, {"/submit", "/read", "/operate", "/admin"}}};
    for (const auto &[scope, open] : opens)
    {
        const std::string token = house.token(scope);
        for (const auto &[method, path] : {std::pair("POST", "/submit"), std::pair("GET", "/read"),
                                           std::pair("POST", "/operate"), std::pair("POST", "/admin")})
        {
            CAPTURE(toText(scope), path);
            const ApiResponse answer = house.handle(to(method, path, bearing(token)));
            CHECK(answer.status == (open.contains(path) ? 200 : 403));
            if (answer.status == 200)
                CHECK(answer.body == std::string("token ") + toText(scope));
        }
    }
}

TEST_CASE("without a token only public routes are accessible", "[access]")
{
    HostFixture house;
    CHECK(house.handle(to("GET", "/open")).status == 200);
    const ApiResponse answer = house.handle(to("GET", "/read"));
    CHECK(answer.status == 401);
    CHECK(kindOf(answer) == "no-token");
    CHECK_THAT(answer.body, Contains("psa-host token add"));
}

TEST_CASE("an invalid, removed or expired token is rejected, and no part of it is repeated", "[access]")
{
    HostFixture house;
    const std::string token = house.token(Scope::admin, house.clock->wallNow() + 1h);
    std::string wrong = token;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    for (const std::string &bad : {wrong, token + "0", token.substr(0, token.size() - 1),
                                   std::string("psa_afae34e84ddb_0"), std::string("no-token-at-all")})
    {
        const ApiResponse answer = house.handle(to("GET", "/read", bearing(bad)));
        CHECK(answer.status == 401);
        CHECK(answer.body.find(bad) == std::string::npos);
    }
    CHECK(house.handle(to("GET", "/read", bearing(token))).status == 200);
    house.clock->advance(1h);
    CHECK(house.handle(to("GET", "/read", bearing(token))).status == 401);
    const std::string other = house.token(Scope::admin);
    CHECK(house.handle(to("GET", "/read", bearing(other))).status == 200);
    house.access.tokens.remove(TokenStore::idIn(other), "test");
    CHECK(house.handle(to("GET", "/read", bearing(other))).status == 401);
}

TEST_CASE("the store has only the digests of tokens; tokens survive a restart", "[access]")
{
    HostFixture house;
    const std::string token = house.token(Scope::read);
    const std::string secret = token.substr(token.rfind('_') + 1);
    const auto stored =
        house.store->read([](const StoreReader &reader) { return reader.value("access tokens").value(); });
    CHECK(stored.find(secret) == std::string::npos);
    TokenStore later(*house.store, house.clock, systemRandom);
    CHECK(later.check(token)->name == "read");
}

TEST_CASE("guessing tokens is rate-limited by address and by token, and never locks out a valid token", "[access]")
{
    HostFixture house;
    const std::string token = house.token(Scope::read);
    const std::string wrong = token.substr(0, token.size() - 1) + (token.back() == '0' ? "1" : "0");
    for (std::size_t i = 0; i < AttemptLimit::allowed; ++i)
        CHECK(house.handle(to("GET", "/read", bearing(wrong))).status == 401);
    CHECK(house.handle(to("GET", "/read", bearing(token))).status == 200);
    const ApiResponse stopped = house.handle(to("GET", "/read", bearing(wrong)));
    CHECK(stopped.status == 429);
    CHECK(stopped.headers.at(0) == std::pair<std::string, std::string>("Retry-After", "900"));
    ApiRequest elsewhere = to("GET", "/read", bearing(wrong));
    elsewhere.caller.address = "192.0.2.2";
    CHECK(house.handle(elsewhere).status == 429);
    elsewhere.headers["authorization"] = "Bearer of nothing";
    CHECK(house.handle(elsewhere).status == 401);
    house.clock->advance(AttemptLimit::stretch);
    CHECK(house.handle(to("GET", "/read", bearing(wrong))).status == 401);
}

TEST_CASE("a request for a foreign host name is rejected (DNS rebinding)", "[access]")
{
    HostFixture house;
    for (const char *host : {"evil.example", "psa.example.com.evil.example", "127.0.0.1", "psa.example.com:81", ""})
        CHECK(house.handle(to("GET", "/open", {{"host", host}})).status == 421);
    CHECK(house.handle(to("GET", "/open", {{"host", "PSA.Example.Com"}})).status == 200);
}

TEST_CASE("a foreign page cannot change anything (CSRF)", "[access]")
{
    HostFixture house;
    const Browser browser(house, house.token(Scope::admin));
    CHECK(house.handle(to("POST", "/admin", browser.headers(browser.csrf))).status == 200);
    CHECK(house.handle(to("GET", "/read", browser.headers(""))).status == 200);
    CHECK(kindOf(house.handle(to("POST", "/admin", browser.headers("")))) == "bad-csrf");
    CHECK(kindOf(house.handle(to("POST", "/admin", browser.headers(std::string(64, '0'))))) == "bad-csrf");
    for (const Headers &foreign : {Headers{{"origin", "https://evil.example"}}, Headers{{"origin", "null"}},
                                   Headers{{"sec-fetch-site", "cross-site"}}, Headers{{"sec-fetch-site", "same-site"}}})
    {
        Headers all = browser.headers(browser.csrf);
        all.insert(foreign.begin(), foreign.end());
        CHECK(kindOf(house.handle(to("POST", "/admin", all))) == "other-origin");
        CHECK(kindOf(house.handle(to("POST", "/v1/session", foreign, "{}"))) == "other-origin");
    }
    Headers own = browser.headers(browser.csrf);
    own.insert({{"origin", "https://psa.example.com"}, {"sec-fetch-site", "same-origin"}});
    CHECK(house.handle(to("POST", "/admin", own)).status == 200);
    own["origin"] = "x://psa.example.com";
    CHECK(kindOf(house.handle(to("POST", "/admin", own))) == "other-origin");
}

TEST_CASE("a session ends on its own, by signing out, and with its token", "[access]")
{
    HostFixture house;
    const std::string token = house.token(Scope::admin);
    const auto reads = [&](const Browser &browser) {
        return house.handle(to("GET", "/read", browser.headers(""))).status;
    };
    SECTION("unused for a while")
    {
        const Browser browser(house, token);
        house.clock->advance(SessionStore::idle - 1s);
        CHECK(reads(browser) == 200);
        house.clock->advance(SessionStore::idle);
        CHECK(reads(browser) == 401);
    }
    SECTION("used, but for too long")
    {
        const Browser browser(house, token);
        for (auto time = 0min; time + 20min < SessionStore::longest; time += 20min)
        {
            CHECK(reads(browser) == 200);
            house.clock->advance(20min);
        }
        house.clock->advance(20min);
        CHECK(reads(browser) == 401);
    }
    SECTION("signed out")
    {
        const Browser browser(house, token);
        CHECK(house.handle(to("DELETE", "/v1/session", browser.headers(browser.csrf))).status == 204);
        CHECK(reads(browser) == 401);
    }
    SECTION("its token removed")
    {
        const Browser browser(house, token);
        house.access.tokens.remove(TokenStore::idIn(token), "test");
        CHECK(reads(browser) == 401);
    }
}

TEST_CASE("the session's cookie is only for this host's pages", "[access]")
{
    CHECK(sessionCookie("abc") == "__Host-psa-session=abc; Path=/; Secure; HttpOnly; SameSite=Strict");
    for (const auto &[header, session] :
         {std::pair("a=b; __Host-psa-session=abc", "abc"), std::pair("__Host-psa-session=abc;x=y", "abc"),
          std::pair("x__Host-psa-session=abc", ""), std::pair("__Host-psa-sessions=abc", ""), std::pair("", "")})
        CHECK(sessionIn(to("GET", "/", {{"cookie", header}})) == session);
}

TEST_CASE("a token in the URL is rejected even if it is valid", "[access]")
{
    HostFixture house;
    ApiRequest request = to("GET", "/read");
    request.query.emplace("access_token", house.token(Scope::read));
    const ApiResponse answer = house.handle(request);
    CHECK(kindOf(answer) == "token-in-url");
    CHECK(answer.body.find("psa_") == std::string::npos);
}

TEST_CASE("every rejection is reported once, with the id of the token that was sent", "[access]")
{
    HostFixture house;
    const std::string good = house.token(Scope::submit);
    const std::string id = TokenStore::idIn(good);
    const std::string wrong = "psa_" + id + "_0000";
    house.handle(to("POST", "/submit"));
    house.handle(to("POST", "/submit", bearing(wrong)));
    house.handle(to("POST", "/admin", bearing(good)));
    house.handle(to("POST", "/nothing", bearing(good)));
    ApiRequest elsewhere = to("POST", "/submit", bearing(good));
    elsewhere.headers["host"] = "other.example.com";
    house.handle(elsewhere);
    house.authenticator.refused(to("POST", "/submit", bearing(good)),
                                Problem(413, "too-large", "Too large", "It is too large."));
    const auto told = [](const std::string &what, const std::string &token) { return what + " of 192.0.2.1 " + token; };
    CHECK(house.refused ==
          std::vector<std::string>{told("401 no-token POST /submit", ""), told("401 bad-token POST /submit", id),
                                   told("403 scope POST /admin", id), told("404 not-found POST /nothing", id),
                                   told("421 other-host POST /submit", id), told("413 too-large POST /submit", id)});
}

TEST_CASE("a stored token whose connections cannot be read grants no access, and is not unbound", "[access]")
{
    std::string damage;
    const std::string begin =
        R"({"version":1,"tokens":[{"id":"0123456789ab","name":"x","scopes":["read"],"digest":"d","created":1)";
    for (const char *wrong : {"null", "7", R"("acme")", "[7]", R"([["acme"]])"})
    {
        CAPTURE(wrong);
        const auto tokens = tokensFrom(begin + R"(,"connections":)" + wrong + "}]}", damage);
        REQUIRE(tokens.size() == 1);
        CHECK_FALSE(tokens[0].damage.empty());
    }
    const auto bound = tokensFrom(begin + R"(,"connections":["acme"]}]})", damage);
    CHECK(bound.at(0).damage.empty());
    CHECK(bound.at(0).connections == std::set<std::string>{"acme"});
    CHECK_FALSE(tokensFrom(begin + "}]}", damage).at(0).connections); // written before tokens could be bound
    CHECK(toDocument(tokensFrom(toDocument(bound), damage)) == toDocument(bound));
}
