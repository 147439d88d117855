// A server whose host shares its store: what it does not know is looked up before a request is refused for it.
#include "host/access/request_authenticator.h"
#include "host/http/http_server.h"
#include "host/http/problem.h"
#include "host/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"
#include "tests/unit/http/raw_client.h"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <vector>

using namespace psa::access;
using namespace psa::http;
using namespace psa::secrets;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// POST /v1/things/{name} echoes the body if the thing is known.
struct SharedSite
{
    TestFolder folder{TestFolder::inMemory()};
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::unique_ptr<Store> store = openSqliteStore({folder.path() / "state", ""}, clock);
    Access access{*store, clock, systemRandom};
    std::mutex mutex; ///< Guards the members below.
    std::condition_variable changed;
    std::vector<std::string> refused;
    std::set<std::string> things;
    std::vector<std::function<void(bool)>> waiting;
    Router router{[](const std::string &) {},
                  [this](const ApiRequest &, const Problem &problem) {
                      const std::lock_guard lock(mutex);
                      refused.push_back(problem.slug());
                  }};
    std::uint16_t port = 0;
    HttpServer server{[](const std::string &) {}};

    SharedSite()
    {
        const auto thing = [this](const ApiRequest &request) {
            const std::lock_guard lock(mutex);
            if (!things.contains(request.parameters.at("name")))
                throw Problem(404, "unknown-thing", "Not found", "There is no such thing.");
            return ApiResponse{200, "text/plain", "<" + request.body + ">", {}};
        };
        router.add({"POST", "/v1/things/{name}", Scope::anybody, thing});
        router.add({"GET", "/v1/secrets/{name}", Scope::read, thing, Router::Waits::never});
        router.catchUpBy([this](std::function<void(bool)> known) {
            const std::lock_guard lock(mutex);
            waiting.push_back(std::move(known));
            changed.notify_all();
        });
        ServeConfig config;
        config.listen = Poco::Net::SocketAddress("127.0.0.1", 0);
        port = server
                   .serveWeb(config, router,
                             [this](const std::vector<std::string> &hosts) {
                                 return std::make_shared<RequestAuthenticator>(router, access, hosts);
                             })
                   .port;
    }

    /// Once so many wait, and after `first`, they hear whether everything is known now.
    void tellAll(
        std::size_t count, bool known, const std::function<void()> &first = [] {})
    {
        std::vector<std::function<void(bool)>> all;
        {
            std::unique_lock lock(mutex);
            REQUIRE(changed.wait_for(lock, 20s, [&] { return waiting.size() == count; }));
            all.swap(waiting);
        }
        first();
        for (const auto &each : all)
            each(known);
    }
    std::vector<std::string> refusals()
    {
        const std::lock_guard lock(mutex);
        return refused;
    }
};

std::string postTo(const std::string &name)
{
    return "POST /v1/things/" + name + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nbody";
}

std::string getWith(const std::string &token)
{
    return "GET /v1/secrets/new HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n\r\n";
}

} // namespace

TEST_CASE("a request for what another host has just added is served, with its body, and not counted as refused",
          "[http]")
{
    SharedSite site;
    RawClient client(site.port);
    client.send(postTo("new"));
    site.tellAll(1, true, [&] {
        const std::lock_guard lock(site.mutex);
        site.things.insert("new");
    });
    CHECK_THAT(client.receive("<body>"), Contains("200 OK"));
    client.send(postTo("new")); // it is known now, and the connection is still there
    CHECK_THAT(client.receive("<body>"), Contains("200 OK"));
    CHECK(site.refusals().empty());
}

TEST_CASE("a request for what no host knows is refused once, after one look", "[http]")
{
    SharedSite site;
    RawClient client(site.port);
    client.send(postTo("never"));
    site.tellAll(1, true);
    CHECK_THAT(client.receive("no such thing"), Contains("404"));
    CHECK(site.refusals() == std::vector<std::string>{"unknown-thing"});
}

TEST_CASE("a token that another host has just made is valid, and an invalid one counts as one attempt",
          "[http][access]")
{
    SharedSite site;
    site.things.insert("new");
    Access elsewhere{*site.store, site.clock, systemRandom};
    const std::string token = elsewhere.tokens.add("new", {Scope::read}, {}, "test").text;
    RawClient client(site.port);
    client.send(getWith(token));
    site.tellAll(1, true, [&] { site.access.tokens.refresh(); });
    CHECK_THAT(client.receive("<>"), Contains("200 OK"));
    for (std::size_t i = 0; i < AttemptLimit::allowed; ++i)
    {
        client.send(getWith(token + "x"));
        site.tellAll(1, true);
        CHECK_THAT(client.receive("valid token\""), Contains("401"));
    }
    client.send(getWith(token + "x"));
    site.tellAll(1, true);
    CHECK_THAT(client.receive("attempts\""), Contains("429"));
    client.send(getWith(token));
    CHECK_THAT(client.receive("<>"), Contains("200 OK"));
}

TEST_CASE("many who wait to be known occupy no thread, and hear together", "[http]")
{
    SharedSite site;
    site.things.insert("known");
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 50; ++i)
    {
        clients.push_back(std::make_unique<RawClient>(site.port));
        clients.back()->send(postTo("new"));
    }
    RawClient other(site.port);
    other.send(postTo("known"));
    CHECK_THAT(other.receive("<body>"), Contains("200 OK"));
    site.tellAll(clients.size(), true, [&] {
        const std::lock_guard lock(site.mutex);
        site.things.insert("new");
    });
    for (const auto &client : clients)
        CHECK_THAT(client->receive("<body>"), Contains("200 OK"));
}

TEST_CASE("a host that cannot look up what it does not know says so, instead of refusing it", "[http]")
{
    SharedSite site;
    for (const std::string &request : {postTo("new"), getWith("psa_0123456789ab_" + std::string(64, 'a'))})
    {
        RawClient client(site.port);
        client.send(request);
        site.tellAll(1, false);
        const std::string answer = client.receive();
        CHECK_THAT(answer, Contains("503") && Contains("Retry-After: 1") && Contains("Repeat the request."));
    }
    CHECK(site.refusals() == std::vector<std::string>{"store", "store"});
    RawClient client(site.port); // nobody answers at all
    client.send(postTo("new"));
    CHECK_THAT(client.receive(), Contains("503"));
}

TEST_CASE("a server that ends does not wait for what is not known", "[http]")
{
    auto site = std::make_unique<SharedSite>();
    std::vector<std::function<void(bool)>> late;
    RawClient client(site->port);
    client.send(postTo("new"));
    {
        std::unique_lock lock(site->mutex);
        REQUIRE(site->changed.wait_for(lock, 20s, [&] { return site->waiting.size() == 1; }));
        late.swap(site->waiting);
    }
    site.reset();
    CHECK_THAT(client.receive(), Contains("503"));
    late.front()(true); // has no effect
}
