// One ticket through a connection, its real plugin and HTTPS to a simulated PSA in this process, compared with a bare
// POST of the same bytes.
#include "bench/bare_https.h"
#include "bench/fresh_copy.h"
#include "bench/program.h"
#include "host/connection/connection.h"
#include "host/net/socket_transport.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"
#include "sandbox/autotask/autotask_sandbox.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <stdexcept>
#include <utility>
#include <vector>

namespace psa::bench {
namespace {

/// Per repetition. A connection sends at most 4000 requests an hour, and the sandbox keeps every ticket.
constexpr int tickets = 50;

constexpr const char *ticketJson = R"({"version":1,"title":"Backup failed on SRV01",
"description":"There is not enough space on the disk. The backup of the last night ended after 212 of 380 GB.",
"company":174,"queue":"Monitoring Alert","category":"Standard","status":"New","priority":"High","source":"Monitoring Alert",
"dueAt":"2030-01-01T12:00:00Z"})";

std::shared_ptr<const plugin::LoadedPlugin> autotask()
{
    const plugin::LoadReport report = plugin::PluginLoader({}, {}).load(freshCopy(AUTOTASK_PLUGIN));
    if (report.state != plugin::LoadState::ready)
        throw std::runtime_error("the plugin is not ready: " + std::string(toText(report.state)) + ", found " +
                                 report.found);
    return report.plugin;
}

/// A sandbox and a connection to it that has created a ticket, so that tenant data is cached.
struct Psa
{
    sandbox::autotask::AutotaskSandbox sandbox;
    connection::ConnectionRuntime runtime = makeRuntime();
    connection::Connection connection{runtime, settings(), {}};
    net::HttpRequest sent; ///< The POST of a ticket as sent by the plugin, with secrets.

    Psa()
    {
        connection::CallOptions options;
        options.observer = [this](const net::Exchange &exchange) { sent = exchange.request; };
        const plugin::CallOutcome outcome = connection.createTicket("bench", ticketJson, options);
        if (!outcome.ok())
            throw std::runtime_error("no ticket is created: " + outcome.error->message + " " + outcome.error->detail);
        for (net::HttpHeader &header : sent.headers)
            if (header.secret)
                header.value = header.name == "Secret" ? sandbox.secret() : sandbox.integrationCode();
        sent.headers.push_back({"Host", "webservices5.autotask.net"});
    }

    static Psa &get()
    {
        static Psa psa;
        return psa;
    }

private:
    connection::ConnectionRuntime makeRuntime() const
    {
        net::EgressConfig egress;
        egress.caFile = sandbox.caFile();
        for (const char *name : {"webservices.autotask.net:443", "webservices5.autotask.net:443"})
            egress.connectTo[name] = Poco::Net::SocketAddress("127.0.0.1", sandbox.port());
        return connection::makeConnectionRuntime(egress, std::make_shared<clock::SystemClock>());
    }

    connection::ConnectionSettings settings() const
    {
        Poco::JSON::Object values;
        values.set("userName", sandbox.user());
        values.set("integrationCode", sandbox.integrationCode());
        values.set("secret", sandbox.secret());
        const auto plugin = autotask();
        const plugin::FormResult checked = plugin->forms.configuration.check(values);
        if (!checked.ok())
            throw std::runtime_error("the configuration is refused: " + checked.errors.front().message);
        return {"bench", plugin, checked.values};
    }
};

/// A ticket costs one request; otherwise the measurement would be wrong.
void checkRequests(benchmark::State &state, std::size_t before)
{
    const auto made = static_cast<benchmark::IterationCount>(Psa::get().sandbox.requests() - before);
    if (made != state.max_iterations)
        state.SkipWithError(
            (std::to_string(made) + " requests for " + std::to_string(state.max_iterations) + " tickets").c_str());
}

void bare(benchmark::State &state)
{
    Psa &psa = Psa::get();
    BareHttps https(psa.sandbox.port(), psa.runtime.net->tls);
    const auto post = [&] { https.post("/ATServicesRest/V1.0/Tickets", psa.sent.headers, psa.sent.body); };
    post();
    const std::size_t before = psa.sandbox.requests();
    std::vector<double> times;
    for (auto _ : state)
    {
        const auto begin = std::chrono::steady_clock::now();
        post();
        times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    }
    state.counters["p50_us"] = median(std::move(times));
    checkRequests(state, before);
}

/// Which part of a ticket is measured.
enum class Measured
{
    all,
    besideExchange ///< Without the time from the request's entry into the HTTP service to its response.
};

void createTicket(benchmark::State &state, bool observed, Measured measured)
{
    Psa &psa = Psa::get();
    std::chrono::duration<double> inExchange{0};
    connection::CallOptions options;
    if (observed)
        options.observer = [&inExchange](const net::Exchange &exchange) { inExchange = exchange.took; };
    int number = 0;
    const auto create = [&] {
        const auto outcome = psa.connection.createTicket("bench-" + std::to_string(++number), ticketJson, options);
        if (!outcome.ok())
            state.SkipWithError((outcome.error->message + " " + outcome.error->detail).c_str());
    };
    create(); // opens a connection if the kept one is too old
    const std::size_t before = psa.sandbox.requests();
    std::vector<double> times;
    for (auto _ : state)
    {
        const auto begin = std::chrono::steady_clock::now();
        create();
        std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        if (measured == Measured::besideExchange)
            took -= inExchange;
        state.SetIterationTime(took.count()); // counts with UseManualTime() only
        times.push_back(took.count() * 1e6);
    }
    state.counters["p50_us"] = median(std::move(times));
    checkRequests(state, before);
}

BENCHMARK(bare)->Name("ticket/bare POST of the same body")->Iterations(tickets)->UseRealTime();
BENCHMARK_CAPTURE(createTicket, plain, false, Measured::all)
    ->Name("ticket/Connection::createTicket")
    ->Iterations(tickets)
    ->UseRealTime();
BENCHMARK_CAPTURE(createTicket, observed, true, Measured::all)
    ->Name("ticket/Connection::createTicket with an observer")
    ->Iterations(tickets)
    ->UseRealTime();
BENCHMARK_CAPTURE(createTicket, beside, true, Measured::besideExchange)
    ->Name("ticket/of that: all but the exchange")
    ->Iterations(tickets)
    ->UseManualTime();

} // namespace
} // namespace psa::bench
