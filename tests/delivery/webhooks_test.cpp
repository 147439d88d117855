// Webhooks as senders see them: HTTPS to the whole host, whose readers run in their confined processes.
#include "host/access/request_authenticator.h"
#include "host/events/hook_access.h"
#include "host/http/http_server.h"
#include "tests/delivery/house.h"
#include "tests/support/sqlite_tap.h"
#include "tests/support/test_pki.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <mutex>
#include <thread>

using psa::events::maxDelivery;
using psa::events::signatureOf;
using namespace psa::http;
using namespace psa::json;
using namespace psa::notify;
using namespace psa::run;
using namespace psa::secrets;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;
using Poco::JSON::Object;

namespace {

struct Answer
{
    int status = 0;
    std::string body;
    std::map<std::string, std::string> headers;

    Object::Ptr document() const { return parseObject(body); }
    std::string state() const { return document()->optValue<std::string>("state", body); }
};

using Headers = std::map<std::string, std::string>;

Headers bearer(const std::string &token)
{
    return {{"Authorization", "Bearer " + token}};
}

std::string problemBody(const std::string &key)
{
    return R"({"kind":"problem","key":")" + key + R"(","title":"Trouble with )" + key + R"("})";
}

/// A host that is served over TLS, with the clock of the system, as signatures need.
struct WebhookHouse
{
    WebhookHouse()
    {
        ApplicationParts parts;
        SqliteStoreSettings settings;
        settings.folder = folder.path() / "state";
        settings.vfs = tap.name();
        parts.store = openSqliteStore(settings, clock);
        parts.runtime.clock = clock;
        parts.runtime.budgets = std::make_shared<psa::net::BudgetRegistry>(clock);
        parts.keys = ring("key");
        parts.random = systemRandom;
        parts.readDelivery = [this](const psa::events::SourceSettings &source,
                                    const psa::events::RawDelivery &delivery) {
            return psa::events::readDelivery(readers, source, delivery);
        };
        parts.log = parts.warn = [this](const std::string &line) {
            const std::lock_guard lock(mutex);
            log += line + '\n';
        };
        parts.notify = [this](const Notice &notice) {
            const std::lock_guard lock(mutex);
            log += notice.kind + ": " + notice.text + '\n';
        };
        application = std::make_unique<Application>(std::move(parts), true);
        const Credential credential = pki.leaf({"localhost"});
        ServeConfig config;
        config.listen = Poco::Net::SocketAddress("127.0.0.1", 0);
        config.certificate = credential.certificate;
        config.key = credential.key;
        server = std::make_unique<HttpServer>([](const std::string &) {});
        port = server
                   ->serveWeb(config, application->router(),
                              [this](const std::vector<std::string> &hosts) {
                                  return std::make_shared<psa::access::RequestAuthenticator>(
                                      application->router(), application->access(), hosts);
                              })
                   .port;
    }

    Answer send(const std::string &method, const std::string &path, const Headers &headers = {},
                const std::string &body = "") const
    {
        Poco::Net::HTTPSClientSession session("localhost", port, context);
        session.setTimeout(Poco::Timespan(60, 0));
        Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
        for (const auto &[name, value] : headers)
            request.set(name, value);
        request.setContentLength(static_cast<std::streamsize>(body.size()));
        session.sendRequest(request) << body;
        Poco::Net::HTTPResponse response;
        Answer answer;
        Poco::StreamCopier::copyToString(session.receiveResponse(response), answer.body);
        answer.status = response.getStatus();
        for (const auto &[name, value] : response)
            answer.headers[name] = value;
        return answer;
    }

    /// Through the socket, as the operator.
    Answer ask(const char *method, const std::string &path, const std::string &body = "") const
    {
        const ApiResponse response = application->router().handle({method, path, {}, {}, body, {"test", ""}, {}});
        return {response.status, response.body, {}};
    }
    /// Adds a source; returns its token.
    std::string add(const std::string &document) const
    {
        const Answer answer = ask("POST", "/v1/sources", document);
        CAPTURE(answer.body);
        REQUIRE(answer.status == 201);
        return answer.document()->getValue<std::string>("token");
    }
    std::string stateOf(std::int64_t delivery) const
    {
        return ask("GET", "/v1/deliveries/" + std::to_string(delivery)).state();
    }
    /// Waits for what the host does on its own.
    template <class Done>
    static bool until(const Done &done)
    {
        for (const auto end = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < end;)
        {
            if (done())
                return true;
            std::this_thread::sleep_for(20ms);
        }
        return false;
    }
    std::string logged() const
    {
        const std::lock_guard lock(mutex);
        return log;
    }

    /// The readers of the program, but no delivery waits because the machine is busy.
    static psa::events::reader::ReaderLimits patient()
    {
        psa::events::reader::ReaderLimits limits;
        limits.patience = std::chrono::minutes(5);
        return limits;
    }

    TestFolder folder{TestFolder::inMemory()};
    SqliteTap tap{"webhooks"};
    std::shared_ptr<psa::clock::Clock> clock = std::make_shared<psa::clock::SystemClock>();
    TestPki pki;
    Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", "",
                                                             pki.caFile().string(), Poco::Net::Context::VERIFY_STRICT);
    mutable std::mutex mutex; ///< Guards the next member.
    std::string log;
    psa::events::reader::Readers readers{patient()};
    std::unique_ptr<Application> application;
    std::unique_ptr<HttpServer> server;
    std::uint16_t port = 0;
};

} // namespace

TEST_CASE("a delivery over HTTPS is read, decided on, and shown with its body", "[webhooks]")
{
    const WebhookHouse house;
    const std::string token = house.add(R"({"name":"web","preset":"json"})");
    const Answer answer = house.send("POST", "/v1/hooks/web", bearer(token), problemBody("disk"));
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    CHECK(answer.state() == "done");
    const auto events = answer.document()->getArray("events");
    REQUIRE(events->size() == 1);
    CHECK(events->getObject(0)->getValue<std::string>("kind") == "problem");
    CHECK_THAT(house.ask("GET", "/v1/events").body, Contains("Trouble with disk"));
    CHECK(house.send("POST", "/v1/hooks/web", bearer(token), problemBody("disk")).state() == "duplicate");
    const Answer byGet = house.send("GET", "/v1/hooks/web?kind=problem&key=cpu&title=Busy", bearer(token));
    CHECK(byGet.state() == "done");
    const Answer byForm = house.send("POST", "/v1/hooks/web", bearer(token), "kind=problem&key=form&title=A+form");
    CHECK(byForm.state() == "done");
}

TEST_CASE("two sources with equal keys have an episode each", "[webhooks]")
{
    const WebhookHouse house;
    const std::string one = house.add(R"({"name":"one","preset":"json"})");
    const std::string two = house.add(R"({"name":"two","preset":"json"})");
    CHECK(house.send("POST", "/v1/hooks/one", bearer(one), problemBody("disk")).state() == "done");
    CHECK(house.send("POST", "/v1/hooks/two", bearer(two), problemBody("disk")).state() == "done");
    CHECK(house.send("POST", "/v1/hooks/one", bearer(one), R"({"kind":"recovery","key":"disk","title":"Over"})")
              .state() == "done");
    house.application->store().read([&](const StoreReader &reader) {
        const auto sources = reader.definitions(DefinitionKind::source);
        CHECK(reader.latestEpisode(sources.at(0).id, "disk")->state == EpisodeState::ended);
        CHECK(reader.latestEpisode(sources.at(1).id, "disk")->state == EpisodeState::open);
    });
}

TEST_CASE("a body of 8 MiB is taken, and a larger one is refused before it was read", "[webhooks]")
{
    const WebhookHouse house;
    const std::string token = house.add(R"({"name":"web","preset":"json"})");
    std::string body = R"({"kind":"problem","key":"large","title":"Large","text":")";
    body += std::string(maxDelivery - body.size() - 2, 'x') + "\"}";
    const Answer answer = house.send("POST", "/v1/hooks/web", bearer(token), body);
    CAPTURE(answer.body);
    CHECK(answer.status == 200);
    const auto delivery = answer.document()->getValue<std::int64_t>("delivery");
    CHECK(house.stateOf(delivery) == "done");
    const auto stored =
        house.application->store().read([&](const StoreReader &reader) { return reader.delivery(delivery); });
    CHECK(house.application->intake().request(*stored).body == body);
    CHECK(house.send("POST", "/v1/hooks/web", bearer(token), body + " ").status == 413);
    CHECK(house.send("POST", "/v1/hooks/web", bearer("psas_0"), body).status == 401);
}

TEST_CASE("only what the sender has signed is taken", "[webhooks]")
{
    const WebhookHouse house;
    house.add(R"({"name":"grafana","preset":"grafana","signatureSecret":"the secret of Grafana"})");
    const std::string body = R"({"version":"1","status":"firing","groupKey":"{}:{a=\"b\"}","orgId":1,"receiver":"psa",
        "groupLabels":{},"commonLabels":{"alertname":"Disk"},"commonAnnotations":{},"truncatedAlerts":0,"title":"Disk",
        "alerts":[{"status":"firing","labels":{"alertname":"Disk"},"annotations":{},"startsAt":"2026-11-30T08:20:00Z",
        "endsAt":"0001-01-01T00:00:00Z","fingerprint":"aa"}]})";
    const auto signedAt = [&](std::chrono::seconds age, const std::string &key) -> Headers {
        const auto now = std::chrono::duration_cast<std::chrono::seconds>(house.clock->wallNow().time_since_epoch());
        const std::string time = std::to_string((now - age).count());
        return {{"X-Grafana-Alerting-Timestamp", time}, {"X-Grafana-Alerting-Signature", signatureOf(key, time, body)}};
    };
    const Headers good = signedAt(0s, "the secret of Grafana");
    const Answer answer = house.send("POST", "/v1/hooks/grafana", good, body);
    CAPTURE(answer.body);
    CHECK(answer.state() == "done");
    CHECK(house.send("POST", "/v1/hooks/grafana", good, body).state() == "duplicate");
    CHECK(house.send("POST", "/v1/hooks/grafana", good, body + " ").status == 401);
    CHECK(house.send("POST", "/v1/hooks/grafana", signedAt(0s, "another secret"), body).status == 401);
    CHECK(house.send("POST", "/v1/hooks/grafana", signedAt(400s, "the secret of Grafana"), body).status == 401);
    CHECK(house.send("POST", "/v1/hooks/grafana", {}, body).status == 401);
    CHECK_THAT(house.logged(), !Contains("the secret of Grafana"));
}

TEST_CASE("a reader with an endless loop parks its own source, and others go on", "[webhooks]")
{
    const WebhookHouse house;
    const std::string endless = house.add(R"({"name":"endless","preset":"json","reader":"def f: f; f"})");
    const std::string web = house.add(R"({"name":"web","preset":"json"})");
    for (int i = 0; i < 3; ++i)
        CHECK(house.send("POST", "/v1/hooks/endless", bearer(endless), problemBody(std::to_string(i))).state() ==
              "kept");
    // On a busy machine a reader may get too little time to be judged; it gets another try.
    CHECK(WebhookHouse::until(
        [&] { return house.ask("GET", "/readyz").body.find("The source endless is parked") != std::string::npos; }));
    CHECK_THAT(house.ask("GET", "/v1/status").body, Contains(R"("parked":true)"));
    CHECK_THAT(house.ask("GET", "/metrics").body, Contains(R"(psa_host_source_parked{source="endless"} 1)"));
    CHECK_THAT(house.logged(), Contains("source.parked: The source endless is parked"));
    CHECK(house.send("POST", "/v1/hooks/endless", bearer(endless), problemBody("4")).state() == "kept");
    CHECK(house.send("POST", "/v1/hooks/web", bearer(web), problemBody("disk")).state() == "done");
    CHECK(house.ask("PUT", "/v1/sources/endless", R"({"preset":"json"})").status == 200);
    CHECK(WebhookHouse::until([&] { return house.stateOf(1) == "done" && house.stateOf(4) == "done"; }));
    CHECK_THAT(house.ask("GET", "/v1/events").body, Contains("Trouble with 4"));
}

TEST_CASE("what was not understood is read again once the reader is mended", "[webhooks]")
{
    const WebhookHouse house;
    const std::string token =
        house.add(R"json({"name":"web","preset":"json","reader":"error(\"no \\(.body.nothing)\")"})json");
    const Answer answer = house.send("POST", "/v1/hooks/web", bearer(token), problemBody("disk"));
    CHECK(answer.state() == "notUnderstood");
    CHECK_THAT(answer.body, Contains("no null"));
    CHECK(house.ask("PUT", "/v1/sources/web", R"({"preset":"json"})").status == 200);
    CHECK(WebhookHouse::until([&] { return house.stateOf(1) == "done"; }));
    CHECK_THAT(house.ask("GET", "/v1/deliveries/1").body, Contains(R"("kind":"problem")"));
}

TEST_CASE("while the disk is full senders get 503, and nothing that was acknowledged is lost", "[webhooks]")
{
    WebhookHouse house;
    const std::string token = house.add(R"({"name":"web","preset":"json"})");
    const auto send = [&](int i) {
        return house.send("POST", "/v1/hooks/web", bearer(token), problemBody("key-" + std::to_string(i)));
    };
    std::vector<std::int64_t> acknowledged;
    const auto keep = [&](const Answer &answer) {
        CHECK((answer.status == 200 || answer.status == 503));
        if (answer.status == 200)
            acknowledged.push_back(answer.document()->getValue<std::int64_t>("delivery"));
        else
            CHECK(answer.headers.contains("Retry-After"));
    };
    for (int i = 0; i < 5; ++i)
        keep(send(i));
    const std::size_t most = std::filesystem::file_size(house.folder.path() / "state/store.db-wal") + 30000;
    house.tap.ask([=](SqliteTap::Step step, const std::string &file, std::size_t end) {
        return step == SqliteTap::Step::write && file.ends_with("-wal") && end > most ? SQLITE_FULL : SQLITE_OK;
    });
    for (int i = 5; i < 30; ++i)
        keep(send(i));
    CHECK(acknowledged.size() < 30);
    house.tap.ask(nullptr);
    keep(send(30));
    for (const std::int64_t id : acknowledged)
        CHECK(house.stateOf(id) == "done");
    const auto list =
        parseObject(house.application->router()
                        .handle({"GET", "/v1/sources/web/deliveries", {{"limit", "1000"}}, {}, "", {"test", ""}, {}})
                        .body);
    CHECK(list->getArray("deliveries")->size() == acknowledged.size());
}

TEST_CASE("a rotation of the master keys counts sources, and keeps what they have sealed", "[webhooks]")
{
    HostFixture house;
    house.with(ring("a"), [&](Application &application) {
        application.sources().add(*parseObject(R"({"name":"web","preset":"json"})"), "the secret of a source", "test");
    });
    house.with(ring("b", {"a"}), [&](Application &application) {
        const auto keys = application.router().handle({"GET", "/v1/keys", {}, {}, "", {"test", ""}, {}});
        CHECK(keys.body == R"({"active":"b","needed":["a"]})");
        const auto rotated = application.router().handle({"POST", "/v1/keys/rotation", {}, {}, "", {"test", ""}, {}});
        CHECK(rotated.body == R"({"connections":0,"sources":1})");
    });
    house.with(ring("b"), [&](Application &application) {
        CHECK(application.sources().get("web")->trouble.empty());
        CHECK(*application.sources().get("web")->signatureKey == "the secret of a source");
    });
    CHECK_THROWS_AS(house.with(ring("c"), [](Application &) {}), KeyMissing);
}
