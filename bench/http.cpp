// One POST through the host's HTTP service, with all its rules, compared with Poco::Net::HTTPSClientSession.
#include "bench/bare_https.h"
#include "bench/minimal_plugin.h"
#include "host/net/budget.h"
#include "host/net/egress_config.h"
#include "host/net/egress_policy.h"
#include "host/net/http_client.h"
#include "host/net/secret_registry.h"
#include "host/net/socket_transport.h"
#include "tests/support/faulty_responders.h"
#include "tests/support/tls_server.h"

#include <benchmark/benchmark.h>

namespace psa::bench {
namespace {

/// Per repetition. The server stores each request, so their number is bounded.
constexpr int kept = 300;
constexpr int opened = 30;
constexpr int large = 20;

/// As long as those issued by Autotask.
const std::string code = "SANDBOXTRACKINGIDENTIFIER01";
const std::string password = "q7#Rk2$mZw9!Lx4@Vt6&Bn1";

std::string answerOf(std::size_t bytes)
{
    std::string json = "[";
    while (json.size() < bytes)
        json += R"({"value":"29683354","label":"Service Desk & more","isActive":true,"parentValue":""},)";
    json.back() = ']';
    return json;
}

/// Servers with short and with large responses, and their clients.
struct Network
{
    test::TestPki pki;
    test::TlsServerOptions options{pki.leaf({"psa.example", "talkative.psa.example", "127.0.0.1"})};
    test::TlsServer server{options, test::respond::ok(R"({"itemId":12345})")};
    test::TlsServer talkative{options, test::respond::ok(answerOf(256 << 10))};
    std::shared_ptr<const net::NetRuntime> runtime = makeRuntime();
    std::shared_ptr<const clock::Clock> clock = std::make_shared<clock::SystemClock>();
    net::BudgetRegistry budgets{clock};

    static Network &get()
    {
        static Network network;
        return network;
    }

private:
    std::shared_ptr<const net::NetRuntime> makeRuntime() const
    {
        net::EgressConfig config;
        config.caFile = pki.caFile();
        config.connectTo["psa.example:443"] = Poco::Net::SocketAddress("127.0.0.1", server.port());
        config.connectTo["talkative.psa.example:443"] = Poco::Net::SocketAddress("127.0.0.1", talkative.port());
        return makeNetRuntime(config);
    }
};

/// As created by a connection: limits of both kinds and two secrets.
net::HttpClient makeClient()
{
    Network &network = Network::get();
    auto secrets = std::make_shared<net::SecretRegistry>();
    secrets->learn(code);
    secrets->learn(password);
    return net::HttpClient(
        {std::make_shared<net::SocketTransport>(network.runtime),
         std::make_shared<net::EgressPolicy>(std::vector<std::string>{"psa.example", "*.psa.example"},
                                             std::vector<std::string>{}),
         network.budgets.forConnection("bench", {{2, "Tickets", ""}}, {{1000000, std::chrono::hours(1), "", ""}}),
         std::move(secrets), network.clock});
}

const net::HttpRequest &ticket()
{
    static const net::HttpRequest request = [] {
        net::HttpRequest made;
        made.mutates = true;
        made.method = "POST";
        made.url = "https://psa.example/ATServicesRest/V1.0/Tickets";
        made.headers = {{"Accept", "application/json"},
                        {"Content-Type", "application/json"},
                        {"ApiIntegrationCode", code, true},
                        {"UserName", "psa-host@APIUSER.com"},
                        {"Secret", password, true}};
        made.body = R"({"companyID":174,"title":"Backup failed on SRV01","description":")" + std::string(500, 'x') +
                    R"(","queueID":8,"ticketCategory":3,"status":1,"priority":2,"externalID":"bench"})";
        made.limitKey = "Tickets";
        return made;
    }();
    return request;
}

/// Sends one request; a missing response ends the benchmark.
void send(benchmark::State &state, net::HttpClient &client, const net::HttpRequest &request, bool observed)
{
    net::HttpClient::Sending sending{net::Stop{soon()}};
    if (observed)
        sending.observer = [](const net::Exchange &exchange) { benchmark::DoNotOptimize(&exchange); };
    const net::HttpResponse response = client.send(request, sending);
    if (response.status != 200)
        state.SkipWithError(("not answered: " + response.detail).c_str());
}

void bareKept(benchmark::State &state, std::uint16_t port)
{
    BareHttps bare(port, Network::get().runtime->tls);
    const auto post = [&bare] { bare.post("/ATServicesRest/V1.0/Tickets", ticket().headers, ticket().body); };
    post();
    for (auto _ : state)
        post();
}

void hostKept(benchmark::State &state, const std::string &url, bool observed)
{
    auto client = makeClient();
    auto request = ticket();
    request.url = url;
    send(state, client, request, observed);
    for (auto _ : state)
        send(state, client, request, observed);
}

void bareKeptShort(benchmark::State &state)
{
    bareKept(state, Network::get().server.port());
}

void bareKeptLarge(benchmark::State &state)
{
    bareKept(state, Network::get().talkative.port());
}

void bareOpened(benchmark::State &state)
{
    for (auto _ : state)
        BareHttps(Network::get().server.port(), Network::get().runtime->tls)
            .post("/ATServicesRest/V1.0/Tickets", ticket().headers, ticket().body);
}

/// A case that the next one includes and the host does not, because it has one client per connection to a PSA.
void clientAlone(benchmark::State &state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(makeClient());
}

/// A persistent connection ends only with its transport, and so with its client.
void hostOpened(benchmark::State &state)
{
    for (auto _ : state)
    {
        auto client = makeClient();
        send(state, client, ticket(), false);
    }
}

const std::string shortUrl = ticket().url;
const std::string largeUrl = "https://talkative.psa.example/ATServicesRest/V1.0/Tickets";

BENCHMARK(bareKeptShort)->Name("POST, kept connection/bare HTTPSClientSession")->Iterations(kept)->UseRealTime();
BENCHMARK_CAPTURE(hostKept, short, shortUrl, false)
    ->Name("POST, kept connection/HttpClient")
    ->Iterations(kept)
    ->UseRealTime();
BENCHMARK_CAPTURE(hostKept, observed, shortUrl, true)
    ->Name("POST, kept connection/HttpClient with an observer")
    ->Iterations(kept)
    ->UseRealTime();

BENCHMARK(bareOpened)->Name("POST, new connection/bare HTTPSClientSession")->Iterations(opened)->UseRealTime();
BENCHMARK(hostOpened)->Name("POST, new connection/HttpClient")->Iterations(opened)->UseRealTime();
BENCHMARK(clientAlone)->Name("POST, new connection/of that: making the client");

BENCHMARK(bareKeptLarge)->Name("answer of 256 KB/bare HTTPSClientSession")->Iterations(large)->UseRealTime();
BENCHMARK_CAPTURE(hostKept, large, largeUrl, false)
    ->Name("answer of 256 KB/HttpClient")
    ->Iterations(large)
    ->UseRealTime();
BENCHMARK_CAPTURE(hostKept, largeObserved, largeUrl, true)
    ->Name("answer of 256 KB/HttpClient with an observer")
    ->Iterations(large)
    ->UseRealTime();

} // namespace
} // namespace psa::bench
