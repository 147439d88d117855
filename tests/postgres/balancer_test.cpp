// Three psa-host processes that share a database behind a load balancer, which sends each request to another one: what one
// of them has stored, the next one knows.
#include "tests/postgres/balanced_hosts.h"
#include "tests/support/postgres/cluster.h"
#include "tests/support/postgres/pooler.h"
#include "tests/support/postgres/server_programs.h"
#include "tests/support/postgres/session.h"

#include "host/http/local_client.h"
#include "host/json/strict_json.h"
#include "sandbox/common/simulator.h"

#include <Poco/JSON/Object.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

using namespace psa::test;
using namespace psa::test::postgres;
using namespace std::chrono_literals;
using Poco::JSON::Object;
using psa::http::ApiResponse;

namespace {

using Steady = std::chrono::steady_clock;
using Headers = std::map<std::string, std::string>;

/// Within which a host has read what another one has changed: it looks every 500 ms, and reads then.
constexpr auto known = 2s;

Object::Ptr bodyOf(const ApiResponse &answer)
{
    return psa::json::parseStrict(answer.body).extract<Object::Ptr>();
}

/// Waits until it is true. False after `limit`.
template <class Condition>
bool comesTrue(const Condition &isTrue, std::chrono::milliseconds limit)
{
    for (const auto until = Steady::now() + limit; !isTrue(); std::this_thread::sleep_for(5ms))
        if (Steady::now() > until)
            return false;
    return true;
}

std::string textOf(const Object &object)
{
    std::ostringstream text;
    object.stringify(text);
    return text.str();
}

/// A database with a way to it.
struct Database
{
    std::string name = Cluster::shared().createDatabase();
    /// Without notifications, so that a host learns of a change only when it looks; nullptr = with them.
    std::unique_ptr<Pooler> pooler;

    explicit Database(bool notifies)
        : pooler(notifies ? nullptr : std::make_unique<Pooler>(Cluster::shared(), Pooler::Mode::transaction))
    {
    }
    std::string uri() const { return pooler ? pooler->uri(name) : Cluster::shared().uri(name); }
};

/// Three hosts, a balancer, and an admin.
class Site
{
public:
    /// `serve`: more of [serve]. At the end, no host waits for a balancer to notice.
    explicit Site(bool notifies = true, Balancer::Kind kind = Balancer::Kind::haproxy,
                  const std::string &serve = "drain_seconds = 0\n")
        : database_(notifies)
    {
        for (int i = 0; i < 3; ++i)
            hosts.push_back(std::make_unique<ServedHost>(psa, database_.uri(), serve));
        token = hosts.front()->firstToken();
        REQUIRE_FALSE(token.empty());
        balancer.emplace(kind, std::vector{hosts[0]->port(), hosts[1]->port(), hosts[2]->port()});
        REQUIRE(comesTrue([&] { return ask("GET", "/readyz").status == 200; }, 20s));
        const ApiResponse added = connect("acme");
        INFO(added.body);
        REQUIRE(added.status == 201);
    }

    ApiResponse send(const std::string &method, const std::string &path, const std::string &body,
                     const Headers &headers) const
    {
        return balancer->ask({method, path, {}, headers, body, {}, {}});
    }
    /// As the admin, or with another token.
    ApiResponse ask(const std::string &method, const std::string &path, const std::string &body = "",
                    const std::string &withToken = "", Headers headers = {}) const
    {
        headers["authorization"] = "Bearer " + (withToken.empty() ? token : withToken);
        return send(method, path, body, headers);
    }
    ApiResponse connect(const std::string &name) const
    {
        Object::Ptr configuration = new Object;
        for (const auto &[field, value] : psa.configuration)
            configuration->set(field, value);
        Object body;
        body.set("plugin", psa.plugin);
        body.set("configuration", configuration);
        return ask("PUT", "/v1/connections/" + name, textOf(body));
    }
    std::string ticket(const std::string &title, const std::string &connection = "acme") const
    {
        Object::Ptr body = psa::json::parseStrict(psa.ticket).extract<Object::Ptr>();
        body->set("title", title);
        body->set("connection", connection);
        return textOf(*body);
    }
    /// All three answer this to the request, one after the other.
    bool allAnswer(int status, const std::string &method, const std::string &path, const std::string &body,
                   const Headers &headers) const
    {
        std::set<std::string> servedBy;
        for (int i = 0; i < 3; ++i)
        {
            const ApiResponse answer = send(method, path, body, headers);
            if (answer.status != status)
                return false;
            servedBy.insert(headerOf(answer, "X-Served-By"));
        }
        return servedBy.size() == 3;
    }

    const std::string &database() const { return database_.name; }

    chaos::Psa psa = chaos::autotask();

private:
    Database database_;

public:
    std::vector<std::unique_ptr<ServedHost>> hosts;
    std::optional<Balancer> balancer;
    std::string token; ///< The first one.
};

/// Cookie and X-CSRF-Token of a browser that signs in.
Headers signIn(const Site &site, const std::string &token)
{
    const ApiResponse answer = site.send("POST", "/v1/session", R"({"token":")" + token + R"("})", {});
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    const std::string cookie = headerOf(answer, "Set-Cookie");
    return {{"cookie", cookie.substr(0, cookie.find(';'))},
            {"x-csrf-token", bodyOf(answer)->getValue<std::string>("csrf")}};
}

/// A stream of server-sent events.
class EventStream
{
public:
    EventStream(const Site &site, const std::string &more = "")
    {
        socket_.connect(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, site.balancer->socket()));
        socket_.setReceiveTimeout(Poco::Timespan(20, 0));
        const std::string request = "GET /v1/stream HTTP/1.1\r\nHost: psa-host\r\nAuthorization: Bearer " + site.token +
                                    "\r\nAccept: text/event-stream\r\n" + more + "\r\n";
        socket_.sendBytes(request.data(), static_cast<int>(request.size()));
        awaitText("retry: 2000");
    }

    /// Reads until it has come. Throws Poco::TimeoutException after 20 seconds without anything.
    void awaitText(const std::string &wanted)
    {
        std::array<char, 4096> part{};
        while (text_.find(wanted) == std::string::npos)
        {
            const int count = socket_.receiveBytes(part.data(), static_cast<int>(part.size()));
            if (count <= 0)
                throw std::runtime_error("the stream ended: " + text_);
            text_.append(part.data(), static_cast<std::size_t>(count));
        }
    }
    std::string servedBy() const
    {
        const std::size_t at = text_.find("-served-by: ") + 12;
        return text_.substr(at, text_.find('\r', at) - at);
    }
    void forget() { text_.clear(); }
    const std::string &text() const { return text_; }

private:
    Poco::Net::StreamSocket socket_;
    std::string text_;
};

} // namespace

TEST_CASE("what one host has stored is known to the host that the balancer chooses next", "[hosts][balancer]")
{
    if (isSkipped())
        return;
    const bool notifies = GENERATE(true, false);
    CAPTURE(notifies);
    Site site(notifies);
    for (int round = 0; round < 4; ++round)
    {
        CAPTURE(round);
        const std::string number = std::to_string(round);
        const ApiResponse made = site.ask("POST", "/v1/tokens", R"({"name":"a","scopes":["admin"]})");
        REQUIRE(made.status == 201);
        const std::string token = bodyOf(made)->getValue<std::string>("token");
        CHECK(site.ask("GET", "/v1/tickets", "", token).status == 200);
        CHECK(site.ask("GET", "/v1/status", "", token).status == 200);

        const Headers session = signIn(site, token);
        const ApiResponse source =
            site.send("POST", "/v1/sources", R"({"preset":"json","name":"s)" + number + R"("})", session); // with CSRF
        CAPTURE(source.body);
        REQUIRE(source.status == 201);
        const std::string ofSource = bodyOf(source)->getValue<std::string>("token");
        const ApiResponse delivered =
            site.ask("POST", "/v1/hooks/s" + number, R"({"kind":"problem","key":"k","title":"Disk full"})", ofSource);
        CAPTURE(delivered.body);
        CHECK(delivered.status == 200);
        const ApiResponse url = site.ask("POST", "/v1/sources/s" + number + "/secret-url");
        REQUIRE(url.status == 200);
        const std::string path =
            bodyOf(url)->getValue<std::string>("url").substr(std::string("https://psa-host").size());
        CHECK(site.send("POST", path, R"({"kind":"problem","key":"k","title":"Disk full"})", {}).status == 200);

        REQUIRE(site.connect("acme" + number).status == 201);
        const ApiResponse ticket = site.ask("POST", "/v1/tickets", site.ticket("On " + number, "acme" + number));
        CAPTURE(ticket.body);
        CHECK(ticket.status == 202);
        const ApiResponse rule =
            site.ask("POST", "/v1/rules",
                     R"({"mode":"dry_run","conditions":{},"do":"ticket","ticket":{"connection":"acme)" + number +
                         R"("},"name":"R)" + number + R"("})");
        CAPTURE(rule.body);
        CHECK(rule.status == 201);
        CHECK(site.ask("GET", "/v1/rules/R" + number).status == 200);
    }
}

TEST_CASE("what one host has revoked is refused by all others as soon as they have looked", "[hosts][balancer]")
{
    if (isSkipped())
        return;
    Site site(false); // without notifications
    const auto refused = [&](int status, const std::string &method, const std::string &path, const std::string &body,
                             const Headers &headers) {
        return comesTrue([&] { return site.allAnswer(status, method, path, body, headers); }, known);
    };
    const ApiResponse made = site.ask("POST", "/v1/tokens", R"({"name":"a","scopes":["admin"]})");
    REQUIRE(made.status == 201);
    const Headers withToken{{"authorization", "Bearer " + bodyOf(made)->getValue<std::string>("token")}};
    const Headers session = signIn(site, bodyOf(made)->getValue<std::string>("token"));
    const Headers other = signIn(site, site.token);
    REQUIRE(site.allAnswer(200, "GET", "/v1/status", "", withToken));
    REQUIRE(site.allAnswer(200, "GET", "/v1/status", "", session));
    REQUIRE(site.allAnswer(200, "GET", "/v1/status", "", other));

    CHECK(site.send("DELETE", "/v1/session", "", other).status == 204); // signs out
    CHECK(refused(401, "GET", "/v1/status", "", other));
    CHECK(site.ask("DELETE", "/v1/tokens/" + bodyOf(made)->getValue<std::string>("id")).status == 204);
    CHECK(refused(401, "GET", "/v1/status", "", withToken));
    CHECK(refused(401, "GET", "/v1/status", "", session)); // of the removed token

    const ApiResponse source = site.ask("POST", "/v1/sources", R"({"preset":"json","name":"prod"})");
    INFO(source.body);
    REQUIRE(source.status == 201);
    const Headers sender{{"authorization", "Bearer " + bodyOf(source)->getValue<std::string>("token")}};
    const std::string event = R"({"kind":"problem","key":"k","title":"Disk full"})";
    REQUIRE(site.allAnswer(200, "POST", "/v1/hooks/prod", event, sender));
    CHECK(site.ask("PUT", "/v1/sources/prod", R"({"preset":"json","enabled":false})").status == 200);
    CHECK(refused(403, "POST", "/v1/hooks/prod", event, sender));
    CHECK(site.ask("DELETE", "/v1/sources/prod/token").status == 204);
    CHECK(refused(401, "POST", "/v1/hooks/prod", event, sender));

    REQUIRE(site.connect("gone").status == 201);
    const Headers admin{{"authorization", "Bearer " + site.token}};
    REQUIRE(site.allAnswer(200, "GET", "/v1/connections/gone", "", admin));
    CHECK(site.ask("DELETE", "/v1/connections/gone").status == 204);
    CHECK(refused(404, "GET", "/v1/connections/gone", "", admin));
}

TEST_CASE("requests with unknown tokens cost the database a few queries, and delay nobody else", "[hosts][balancer]")
{
    if (isSkipped())
        return;
    Site site;
    Session watcher(Cluster::shared().uri());
    const auto transactions = [&] {
        return std::stoll(
            watcher.value("SELECT xact_commit FROM pg_stat_database WHERE datname = '" + site.database() + "'"));
    };
    constexpr auto time = 4s;
    const auto idle = transactions();
    std::this_thread::sleep_for(time);
    const auto before = transactions();
    std::atomic<bool> stop{false};
    std::atomic<int> refused{0};
    std::vector<std::thread> attackers;
    for (int i = 0; i < 24; ++i)
        attackers.emplace_back([&, i] {
            for (int n = 0; !stop; ++n)
            {
                const std::string id = std::to_string(100000000000 + i);
                const std::string token = "psa_" + id + "_" + std::string(60, 'b') + std::to_string(n);
                const int status = site.ask("GET", "/v1/status", "", token).status;
                refused += status == 401 || status == 429 ? 1 : 0;
            }
        });
    std::chrono::milliseconds longest{0};
    for (const auto began = Steady::now(); Steady::now() - began < time;)
    {
        const auto sent = Steady::now();
        CHECK(site.ask("GET", "/v1/tokens").status == 200);
        longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - sent));
    }
    stop = true;
    for (std::thread &each : attackers)
        each.join();
    const auto after = transactions();
    CAPTURE(refused, longest.count(), before - idle, after - before);
    CHECK(refused > 100);
    // Each of the hosts looks at most ten times a second.
    CHECK(after - before < before - idle + 3 * 10 * (time / 1s + 2));
    CHECK(longest < 2s);
}

TEST_CASE("a request that is repeated at another host with its key gets the same ticket", "[hosts][balancer]")
{
    if (isSkipped())
        return;
    Site site;
    std::set<int> ids;
    std::set<std::string> servedBy;
    for (int i = 0; i < 3; ++i)
    {
        const ApiResponse answer = site.ask("POST", "/v1/tickets", site.ticket("Once"), "",
                                            {{"idempotency-key", "one"}, {"prefer", "wait=20"}});
        INFO(answer.body);
        REQUIRE(answer.status / 100 == 2);
        ids.insert(bodyOf(answer)->getValue<int>("id"));
        servedBy.insert(headerOf(answer, "X-Served-By"));
    }
    CHECK(ids.size() == 1);
    CHECK(servedBy.size() == 3);
    CHECK(site.psa.truth().size() == 1);
}

TEST_CASE("a request waits for its ticket at a host that does not work the connection", "[hosts][balancer]")
{
    if (isSkipped())
        return;
    Site site;
    std::set<std::string> servedBy;
    for (int i = 0; i < 3; ++i)
    {
        const ApiResponse answer =
            site.ask("POST", "/v1/tickets", site.ticket("Ticket " + std::to_string(i)), "", {{"prefer", "wait=30"}});
        INFO(answer.body);
        CHECK(bodyOf(answer)->getValue<std::string>("state") == "done");
        servedBy.insert(headerOf(answer, "X-Served-By"));
    }
    CHECK(servedBy.size() == 3);
}

TEST_CASE("a stream of changes shows what was changed at another host, and continues at any", "[hosts][balancer]")
{
    if (isSkipped())
        return;
    Site site;
    EventStream stream(site);
    const std::string first = stream.servedBy();
    std::string servedBy = first;
    for (int i = 0; servedBy == first; ++i)
    {
        stream.forget();
        const ApiResponse answer =
            site.ask("POST", "/v1/sources", R"({"preset":"json","name":"s)" + std::to_string(i) + R"("})");
        INFO(answer.body);
        REQUIRE(answer.status == 201);
        servedBy = headerOf(answer, "X-Served-By");
        CHECK_NOTHROW(stream.awaitText("definitions"));
    }
    servedBy = first;
    while (servedBy == first)
    {
        stream.forget();
        const ApiResponse answer = site.ask("POST", "/v1/tickets", site.ticket("Shown"));
        REQUIRE(answer.status == 202);
        servedBy = headerOf(answer, "X-Served-By");
        CHECK_NOTHROW(stream.awaitText("tickets"));
    }
    // As a browser that was cut off: the balancer chooses another host.
    EventStream again(site, "Last-Event-ID: 17\r\n");
    if (again.servedBy() == first)
        again = EventStream(site);
    CHECK(again.servedBy() != first);
    again.forget();
    REQUIRE(site.connect("shown").status == 201);
    CHECK_NOTHROW(again.awaitText("connections"));
}

TEST_CASE("a list that is read after an event of the stream has what another host has added", "[hosts][balancer]")
{
    if (isSkipped())
        return;
    Site site(false);
    for (int i = 0; i < 4; ++i)
    {
        EventStream stream(site);
        stream.forget();
        const std::string name = "n" + std::to_string(i);
        REQUIRE(site.connect(name).status == 201);
        stream.awaitText("connections");
        std::this_thread::sleep_for(known); // every stream has told
        CHECK(site.allAnswer(200, "GET", "/v1/connections/" + name, "", {{"authorization", "Bearer " + site.token}}));
        for (int host = 0; host < 3; ++host)
            CHECK_THAT(site.ask("GET", "/v1/connections").body, Catch::Contains("\"" + name + "\""));
    }
}

TEST_CASE("deliveries of one source that all hosts take in at once are all taken, and none is lost",
          "[hosts][balancer]")
{
    if (isSkipped())
        return;
    Site site;
    const ApiResponse source =
        site.ask("POST", "/v1/sources", R"({"preset":"json","name":"prod","quotaPerMinute":100000})");
    REQUIRE(source.status == 201);
    const std::string token = bodyOf(source)->getValue<std::string>("token");
    constexpr int senders = 12;
    constexpr int each = 40;
    std::mutex mutex;
    std::vector<std::string> failures; // guarded
    std::vector<std::chrono::milliseconds> times;
    std::vector<std::thread> threads;
    for (int i = 0; i < senders; ++i)
        threads.emplace_back([&, i] {
            for (int n = 0; n < each; ++n)
            {
                const std::string key = std::to_string(i) + "-" + std::to_string(n);
                const auto sent = Steady::now();
                const ApiResponse answer =
                    site.ask("POST", "/v1/hooks/prod",
                             R"({"kind":"problem","key":")" + key + R"(","title":"Disk full"})", token);
                const std::lock_guard lock(mutex);
                times.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - sent));
                if (answer.status != 200)
                    failures.push_back(std::to_string(answer.status) + " " + answer.body);
            }
        });
    for (std::thread &thread : threads)
        thread.join();
    CHECK(failures == std::vector<std::string>());
    std::sort(times.begin(), times.end());
    WARN("median " << times[times.size() / 2].count() << " ms, longest " << times.back().count() << " ms");
    CHECK(times.back() < 5s);
    const auto events = [&] {
        return bodyOf(site.ask("GET", "/v1/sources/prod"))->getObject("state")->getValue<int>("events");
    };
    CHECK(comesTrue([&] { return events() == senders * each; }, 60s));
    CHECK(events() == senders * each);
}

TEST_CASE("no request fails while a host behind a balancer is stopped", "[hosts][balancer]")
{
    if (isSkipped())
        return;
    const Balancer::Kind kind = GENERATE(Balancer::Kind::haproxy, Balancer::Kind::nginx);
    CAPTURE(kind == Balancer::Kind::nginx);
    Site site(true, kind, "drain_seconds = 4\n");
    std::atomic<bool> stop{false};
    std::atomic<int> done{0};
    std::mutex mutex;
    std::vector<std::string> failures; // guarded
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i)
        clients.emplace_back([&, i] {
            for (int n = 0; !stop; ++n)
                try
                {
                    const std::string title = "Client " + std::to_string(i) + ", " + std::to_string(n);
                    const ApiResponse answer = n % 3 == 0 ? site.ask("GET", "/v1/tickets")
                                                          : site.ask("POST", "/v1/tickets", site.ticket(title), "",
                                                                     {{"idempotency-key", title}});
                    ++done;
                    const std::lock_guard lock(mutex);
                    if (answer.status / 100 != 2)
                        failures.push_back(std::to_string(answer.status) + " " + answer.body);
                }
                catch (const psa::http::HostUnreachable &error)
                {
                    const std::lock_guard lock(mutex);
                    failures.emplace_back(error.what());
                }
        });
    std::this_thread::sleep_for(1s);
    REQUIRE(kill(site.hosts[1]->process(), SIGTERM) == 0);
    // It is unready at once, and still serves.
    CHECK(comesTrue([&] { return site.hosts[1]->ask("GET", "/readyz").status == 503; }, 2s));
    CHECK(site.hosts[1]->ask("GET", "/v1/tickets").status == 200);
    CHECK(comesTrue(
        [&] {
            const ApiResponse answer = site.ask("GET", "/v1/hosts");
            return answer.body.find("draining") != std::string::npos;
        },
        3s));
    site.hosts[1]->stop();
    const int before = done;
    CHECK(comesTrue([&] { return done > before + 20; }, 30s));
    stop = true;
    for (std::thread &each : clients)
        each.join();
    CHECK(failures == std::vector<std::string>());
    std::set<std::string> servedBy;
    for (int i = 0; i < 6; ++i)
        servedBy.insert(headerOf(site.ask("GET", "/v1/status"), "X-Served-By"));
    CHECK(servedBy.size() == 2);
}
