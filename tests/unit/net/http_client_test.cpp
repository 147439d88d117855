#include "host/net/http_client.h"

#include "host/net/egress_policy.h"
#include "host/net/http_types.h"
#include "host/net/https_url.h"
#include "host/net/recording.h"
#include "host/net/secret_registry.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace psa::clock;
using namespace psa::net;
using psa::test::ManualClock;

namespace {

/// Gives the test's answers, and records the requests.
class FakeTransport : public Transport
{
public:
    HttpResponse answer;
    std::vector<HttpRequest> requests;

    HttpResponse exchange(const HttpsUrl &, const HttpRequest &request, const Stop &) override
    {
        requests.push_back(request);
        return answer;
    }
};

struct Client
{
    std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::shared_ptr<SecretRegistry> secrets = std::make_shared<SecretRegistry>();
    BudgetRegistry registry{clock};
    std::vector<Exchange> seen;
    HttpClient client;

    explicit Client(const std::vector<WindowLimit> &windows = {})
        : client({transport,
                  std::make_shared<EgressPolicy>(std::vector<std::string>{"*.allowed.example"},
                                                 std::vector<std::string>{}),
                  registry.forConnection("c", {}, windows, 1.0), secrets, clock})
    {
        transport->answer.delivery = Delivery::answered;
        transport->answer.status = 200;
    }

    HttpResponse send(const HttpRequest &request, bool dryRun = false)
    {
        return client.send(request, {Stop{RunningClock::now() + std::chrono::seconds(10)}, dryRun,
                                     [this](const Exchange &exchange) { seen.push_back(exchange); }});
    }
};

HttpRequest request(const std::string &url = "https://psa.allowed.example/x", bool mutates = false)
{
    HttpRequest made;
    made.url = url;
    made.mutates = mutates;
    made.method = mutates ? "POST" : "GET";
    return made;
}

/// A file name in a folder that is removed at the end.
struct TemporaryFile
{
    std::string folder = "/tmp/psa-recording-XXXXXX";
    TemporaryFile() { REQUIRE(mkdtemp(folder.data()) != nullptr); }
    ~TemporaryFile() { std::filesystem::remove_all(folder); }
    TemporaryFile(const TemporaryFile &) = delete;
    TemporaryFile &operator=(const TemporaryFile &) = delete;
    std::string path() const { return folder + "/run.jsonl"; }
};

} // namespace

TEST_CASE("a request rejected by the policy never reaches the network, and says what to do")
{
    Client client;
    for (const HttpRequest &bad : {request("http://psa.allowed.example/"), request("https://evil.example/")})
    {
        const HttpResponse response = client.send(bad);
        CHECK(response.delivery == Delivery::notSent);
        CHECK(response.reason == Reason::policy);
        CHECK_THAT(response.detail, Catch::Contains("not sent"));
    }
    HttpRequest smuggling = request();
    smuggling.headers = {{"Host", "evil.example"}};
    CHECK(client.send(smuggling).reason == Reason::policy);
    CHECK(client.transport->requests.empty());
    CHECK(client.seen.size() == 3);
}

TEST_CASE("a dry run withholds changing requests, shows them, and sends reads")
{
    Client client;
    CHECK(client.send(request(), true).delivery == Delivery::answered);
    HttpRequest create = request("https://psa.allowed.example/x", true);
    create.body = R"({"title":"x"})";
    const HttpResponse response = client.send(create, true);
    CHECK(response.delivery == Delivery::notSent);
    CHECK(response.reason == Reason::dryRun);
    CHECK(client.transport->requests.size() == 1);
    REQUIRE(client.seen.size() == 2);
    CHECK(client.seen[1].request.body == create.body);
    // The policy applies to a dry run too: it shows what would have been sent.
    CHECK(client.send(request("https://evil.example/", true), true).reason == Reason::policy);
}

TEST_CASE("no secret appears in a shown exchange, even if the peer echoes it")
{
    Client client;
    client.secrets->learn("configured-secret");
    client.transport->answer.headers = {{"X-Echo", "header-secret"}};
    client.transport->answer.body = "you sent aGVhZGVyLXNlY3JldA== and configured-secret"; // base64 of the header's
    client.transport->answer.detail = "failed with header-secret";
    HttpRequest made = request("https://psa.allowed.example/x?key=configured-secret");
    made.headers = {{"Authorization", "Basic header-secret", true}, {"Accept", "configured-secret"}};
    made.body = "configured-secret";
    const HttpResponse response = client.send(made);
    CHECK_THAT(response.detail, !Catch::Contains("header-secret"));
    CHECK_THAT(response.body, Catch::Contains("configured-secret")); // the plugin gets what was sent
    REQUIRE(client.seen.size() == 1);
    const Exchange &shown = client.seen[0];
    std::string all = shown.request.url + shown.request.body + shown.response.body + shown.response.detail;
    for (const auto *headers : {&shown.request.headers, &shown.response.headers})
        for (const HttpHeader &header : *headers)
            all += header.value + "\n";
    CHECK_THAT(all, !Catch::Contains("configured-secret") && !Catch::Contains("header-secret") &&
                        !Catch::Contains("aGVhZGVyLXNlY3JldA"));
    CHECK_THAT(all, Catch::Contains("[redacted]"));
}

TEST_CASE("with a used-up window nothing is sent, the wait is reported, and unsent requests are given back")
{
    Client client({{2, std::chrono::seconds(60), "", ""}});
    client.transport->answer.delivery = Delivery::notSent;
    client.transport->answer.reason = Reason::connect;
    for (int i = 0; i < 5; ++i)
        CHECK(client.send(request()).reason == Reason::connect);
    client.transport->answer.delivery = Delivery::answered;
    client.transport->answer.reason = Reason::none;
    CHECK(client.send(request()).delivery == Delivery::answered);
    CHECK(client.send(request()).delivery == Delivery::answered);
    const HttpResponse refused = client.send(request());
    CHECK(refused.delivery == Delivery::notSent);
    CHECK(refused.reason == Reason::budget);
    CHECK(refused.retryAfter.count() > 0);
    client.clock->advance(refused.retryAfter);
    CHECK(client.send(request()).delivery == Delivery::answered);
}

TEST_CASE("Retry-After in either form reaches the plugin, and delays later requests")
{
    Client client;
    client.transport->answer.status = 429;
    SECTION("seconds")
    {
        client.transport->answer.headers = {{"retry-after", "30"}};
    }
    SECTION("a date")
    {
        const auto when = std::chrono::system_clock::to_time_t(client.clock->wallNow() + std::chrono::seconds(30));
        std::array<char, 64> text{};
        std::tm parts{};
        gmtime_r(&when, &parts);
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        client.transport->answer.headers = {{"Retry-After", text.data()}};
    }
    const HttpResponse first = client.send(request());
    CHECK(first.delivery == Delivery::answered);
    CHECK(first.retryAfter > std::chrono::seconds(28));
    CHECK(first.retryAfter <= std::chrono::seconds(30));
    CHECK(client.send(request()).reason == Reason::budget);
    client.clock->advance(std::chrono::seconds(31));
    CHECK(client.send(request()).delivery == Delivery::answered);
}

TEST_CASE("a run is recorded without secrets and replayed in its order")
{
    const TemporaryFile file;
    Client client;
    client.secrets->learn("configured-secret");
    {
        Recorder recorder(file.path());
        for (const char *body : {"first", "second"})
        {
            client.transport->answer.body = body;
            client.send(request("https://psa.allowed.example/x?key=configured-secret"));
            recorder.add(client.seen.back());
        }
    }
    CHECK((std::filesystem::status(file.path()).permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    std::ifstream in(file.path());
    std::ostringstream text;
    text << in.rdbuf();
    CHECK_THAT(text.str(), !Catch::Contains("configured-secret"));

    ReplayTransport replay(file.path(), client.secrets);
    const HttpRequest again = request("https://psa.allowed.example/x?key=configured-secret");
    const HttpsUrl url = HttpsUrl::parse(again.url);
    CHECK(replay.exchange(url, again, {}).body == "first");
    CHECK(replay.unused().size() == 1);
    CHECK(replay.exchange(url, again, {}).body == "second");
    const HttpResponse none = replay.exchange(url, again, {});
    CHECK(none.delivery == Delivery::notSent);
    CHECK_THAT(none.detail, Catch::Contains("no unused exchange for GET") && !Catch::Contains("configured-secret"));
}

TEST_CASE("a replay can repeat the last response when all are used")
{
    const TemporaryFile file;
    Client client;
    {
        Recorder recorder(file.path());
        for (const char *body : {"first", "second"})
        {
            client.transport->answer.body = body;
            client.send(request());
            recorder.add(client.seen.back());
        }
    }
    ReplayTransport replay(file.path(), client.secrets, WhenUsed::repeatLast);
    const HttpsUrl url = HttpsUrl::parse(request().url);
    for (const char *body : {"first", "second", "second", "second"})
        CHECK(replay.exchange(url, request(), {}).body == body);
    const HttpRequest other = request("https://psa.allowed.example/other");
    CHECK(replay.exchange(HttpsUrl::parse(other.url), other, {}).delivery == Delivery::notSent);
}

TEST_CASE("a recording of bytes that are not text is replayed unchanged")
{
    const TemporaryFile file;
    Client client;
    const std::string wild("caf\xE9 \x00\x01\x7F\xFF\n\"\\", 12);
    client.transport->answer.body = wild;
    client.transport->answer.headers = {{"X-Latin", "caf\xE9"}};
    HttpRequest sent = request("https://psa.allowed.example/x", true);
    sent.body = wild;
    client.send(sent);
    HttpRequest refused = request("https://psa.allowed.example/\xFF");
    refused.method = "GET\xFF";
    client.send(refused);
    client.transport->answer.body = std::string("control \x00\x01\x1F\x7F \xE2\x80\xA8 end", 20); // valid UTF-8
    client.send(request());
    {
        Recorder recorder(file.path());
        for (const Exchange &each : client.seen)
            recorder.add(each);
    }
    ReplayTransport replay(file.path(), client.secrets);
    REQUIRE(replay.unused().size() == 3);
    CHECK(replay.unused()[0].request.body == wild);
    const HttpResponse again = replay.exchange(HttpsUrl::parse(sent.url), sent, {});
    CHECK(again.body == wild);
    CHECK(again.headers.at(0).value == "caf\xEF\xBF\xBD");
    CHECK(replay.exchange(HttpsUrl::parse(request().url), request(), {}).body == client.transport->answer.body);
}

TEST_CASE("a recording of the largest request and response can be read, whatever their bytes")
{
    const TemporaryFile file;
    Exchange largest;
    largest.request.body.assign(4 << 20, '\x01');
    largest.response.body.assign(8 << 20, '\x01');
    Recorder(file.path()).add(largest);
    const ReplayTransport replay(file.path(), std::make_shared<SecretRegistry>());
    REQUIRE(replay.unused().size() == 1);
    CHECK(replay.unused()[0].response.body == largest.response.body);
}

TEST_CASE("a response is not lost because of a failing observer")
{
    Client client;
    client.transport->answer.body = "created";
    const HttpResponse response =
        client.client.send(request("https://psa.allowed.example/x", true),
                           {Stop{RunningClock::now() + std::chrono::seconds(10)}, false,
                            [](const Exchange &) { throw std::runtime_error("the disk is full"); }});
    CHECK(response.delivery == Delivery::answered);
    CHECK(response.body == "created");
    CHECK_THAT(response.detail, Catch::Contains("not recorded: the disk is full"));
}

TEST_CASE("secret headers that differ each time do not accumulate, and the latest are still redacted")
{
    Client client;
    client.secrets->learn("configured-secret");
    HttpRequest made = request();
    made.headers = {{"Token", "", true}};
    for (int i = 1000; i < 1200; ++i)
    {
        made.headers[0].value = "token-number-" + std::to_string(i);
        client.send(made);
    }
    const std::string shown = client.secrets->redact("configured-secret token-number-1199 token-number-1150");
    CHECK(shown == "[redacted] [redacted] [redacted]");
    CHECK(client.secrets->redact("token-number-1000") == "token-number-1000");
}

TEST_CASE("an invalid recording is rejected with file and line")
{
    const TemporaryFile file;
    std::ofstream(file.path()) << "{\"version\":1}\n";
    const auto secrets = std::make_shared<SecretRegistry>();
    CHECK_THROWS_WITH(ReplayTransport(file.path(), secrets), Catch::Contains(file.path() + ":1:"));
    CHECK_THROWS_WITH(ReplayTransport("/nowhere/run.jsonl", secrets), Catch::Contains("/nowhere/run.jsonl"));
    CHECK_THROWS_WITH(Recorder("/nowhere/run.jsonl"), Catch::Contains("/nowhere/run.jsonl"));
}
