#include "host/api/api_parts.h"
#include "host/api/fleet_status.h"
#include "host/api/views.h"
#include "host/events/sources.h"
#include "host/json/json_text.h"
#include "host/observe/metric_text.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace psa::api {
namespace {

using Poco::JSON::Object;

/// A text of libpq names the server and the user, and readiness is readable without a token.
constexpr const char *storeTrouble = "The database cannot be used now; the log of psa-host says why.";

/// Why the host cannot do its work; empty = it can.
std::vector<std::string> whyNotReady(const ApiParts &parts)
{
    std::vector<std::string> reasons;
    if (parts.isStopping())
        reasons.emplace_back("psa-host is stopping.");
    if (const store::StoreHealth health = parts.store.health(); !health.writable)
        reasons.push_back(parts.store.isShared() ? storeTrouble : health.problem);
    const auto reports = parts.plugins();
    const auto connections = parts.connections.all();
    // A connection goes on with the build that it has when the file of that build is gone.
    if (std::none_of(reports.begin(), reports.end(),
                     [](const plugin::LoadReport &each) { return each.plugin != nullptr; }) &&
        std::none_of(connections.begin(), connections.end(),
                     [](const auto &live) { return live->connection != nullptr; }))
        reasons.emplace_back("No plugin is ready; psa-host plugins list shows why.");
    return reasons;
}

/// What does not work although the host does. Readable without a token: only names of connections and kinds of trouble.
std::vector<std::string> degradedBy(const ApiParts &parts)
{
    std::vector<std::string> all;
    for (const connection::Connections::Live &live : parts.connections.all())
    {
        const std::string more = "; psa-host connection show " + live->stored.name + " says why.";
        const delivery::Pause pause = parts.status(*live).pause;
        if (!live->plugin)
            all.push_back("The connection " + live->stored.name +
                          " cannot work: its plugin is not ready, or its id matches more than one build" + more);
        else if (!live->connection)
            all.push_back("The connection " + live->stored.name + " cannot work with its current configuration" + more);
        else if (pause != delivery::Pause::none)
            all.push_back("The connection " + live->stored.name + " is paused (" + delivery::toText(pause) + ")" +
                          more);
    }
    for (const events::Sources::Live &source : parts.sources.all())
    {
        const std::string more = "; psa-host source show " + source->stored.name + " says why.";
        if (!source->trouble.empty())
            all.push_back("The source " + source->stored.name + " cannot take deliveries" + more);
        else if (source->state.isParked())
            all.push_back("The source " + source->stored.name + " is parked, and its deliveries are kept" + more);
    }
    return all;
}

http::ApiResponse readinessAs(const std::vector<std::string> &reasons, const std::vector<std::string> &degraded)
{
    Object body(Poco::JSON_PRESERVE_KEY_ORDER);
    body.set("ready", reasons.empty());
    body.set("reasons", json::arrayOf(reasons));
    body.set("degraded", json::arrayOf(degraded));
    return toAnswer(body, reasons.empty() ? 200 : 503);
}

http::ApiResponse readiness(const ApiParts &parts)
try
{
    return readinessAs(whyNotReady(parts), degradedBy(parts));
}
catch (const store::StoreError &)
{
    return readinessAs({storeTrouble}, {});
}

using Labels = observe::MetricText::Labels;

void writeTickets(observe::MetricText &text, const std::vector<ConnectionStatus> &all)
{
    text.begin("psa_host_tickets", "gauge", "Tickets in the store, by state.");
    for (const ConnectionStatus &each : all)
        for (const ticket::TicketState state : ticket::allTicketStates)
            text.value({{"connection", each.live->stored.name}, {"state", ticket::toText(state)}},
                       static_cast<double>(each.counts.in(state)));
    text.begin("psa_host_operations", "gauge", "Notes and changes of tickets in the store, by state.");
    for (const ConnectionStatus &each : all)
        for (const ticket::TicketState state : ticket::allTicketStates)
            text.value({{"connection", each.live->stored.name}, {"state", ticket::toText(state)}},
                       static_cast<double>(each.counts.operations.at(static_cast<std::size_t>(state))));
}

void writeAges(observe::MetricText &text, const std::vector<ConnectionStatus> &all, clock::Clock::Wall now)
{
    text.begin("psa_host_oldest_open_seconds", "gauge", "Age of the oldest unfinished ticket; 0 = none.");
    for (const ConnectionStatus &each : all)
        text.value({{"connection", each.live->stored.name}},
                   each.counts.oldestOpen ? std::chrono::duration<double>(now - *each.counts.oldestOpen).count() : 0);
    text.begin("psa_host_under_way", "gauge", "Tickets, notes and changes that are being sent or looked up.");
    for (const ConnectionStatus &each : all)
        text.value({{"connection", each.live->stored.name}}, static_cast<double>(each.queue.underWay));
}

void writeOutcomes(observe::MetricText &text, const std::vector<ConnectionStatus> &all, const char *name,
                   const char *help, delivery::QueueTally::PerState delivery::QueueTally::*of)
{
    text.begin(name, "counter", help);
    for (const ConnectionStatus &each : all)
        for (const ticket::TicketState state : ticket::allTicketStates)
            text.value({{"connection", each.live->stored.name}, {"outcome", ticket::toText(state)}},
                       static_cast<double>((each.queue.tally.*of).at(static_cast<std::size_t>(state))));
}

void writeWork(observe::MetricText &text, const std::vector<ConnectionStatus> &all)
{
    writeOutcomes(text, all, "psa_host_attempts_total", "Attempts to create a ticket, by resulting state.",
                  &delivery::QueueTally::attempts);
    writeOutcomes(text, all, "psa_host_reconciliations_total",
                  "Lookups of a ticket with unknown outcome, by resulting state.",
                  &delivery::QueueTally::reconciliations);
    writeOutcomes(text, all, "psa_host_notes_total", "Attempts to add a note, and lookups of one, by resulting state.",
                  &delivery::QueueTally::notes);
    writeOutcomes(text, all, "psa_host_changes_total",
                  "Attempts to change a ticket, and lookups of a change, by resulting state.",
                  &delivery::QueueTally::changes);
    text.begin("psa_host_attempt_seconds", "histogram", "Duration of attempts to create a ticket.");
    for (const ConnectionStatus &each : all)
    {
        const delivery::QueueTally &tally = each.queue.tally;
        text.histogram({{"connection", each.live->stored.name}}, delivery::QueueTally::bounds, tally.within,
                       std::accumulate(tally.attempts.begin(), tally.attempts.end(), std::uint64_t{0}), tally.seconds);
    }
}

void writePauses(observe::MetricText &text, const std::vector<ConnectionStatus> &all)
{
    text.begin("psa_host_connection_paused", "gauge", "1 = the connection is paused for this reason.");
    for (const ConnectionStatus &each : all)
        for (const delivery::Pause pause : delivery::allPauses)
            text.value({{"connection", each.live->stored.name}, {"reason", delivery::toText(pause)}},
                       each.queue.pause == pause ? 1 : 0);
    text.begin("psa_host_connection_broken", "gauge", "1 = the connection cannot work with its current configuration.");
    for (const ConnectionStatus &each : all)
        text.value({{"connection", each.live->stored.name}}, each.live->connection ? 0 : 1);
}

void writeQuota(observe::MetricText &text, const std::vector<ConnectionStatus> &all)
{
    for (const bool used : {true, false})
    {
        if (used)
            text.begin("psa_host_quota_used", "gauge",
                       "Requests that count towards psa-host's share of the PSA's limit.");
        else
            text.begin("psa_host_quota_max", "gauge", "psa-host's share of the PSA's limit.");
        for (const ConnectionStatus &each : all)
            for (const net::BudgetUsage::Window &window : each.usage.windows)
                text.value({{"connection", each.live->stored.name},
                            {"limit", window.limitKey},
                            {"seconds", std::to_string(window.length.count())}},
                           static_cast<double>(used ? window.used : window.max));
    }
}

void writeRefusals(observe::MetricText &text, const RefusalLog &refusals)
{
    text.begin("psa_host_refused_requests_total", "counter", "Requests that were answered with an error, by kind.");
    for (const RefusalLog::Count &each : refusals.counts())
        text.value({{"kind", toText(each.kind)}, {"status", each.status}}, static_cast<double>(each.count));
}

void writeSourceCounters(observe::MetricText &text, const std::vector<events::Sources::Live> &all)
{
    text.begin("psa_host_source_deliveries_total", "counter", "Deliveries of a source, by what became of them.");
    for (const events::Sources::Live &each : all)
        for (const auto &[result, count] :
             {std::pair("done", &events::SourceTally::done), std::pair("duplicate", &events::SourceTally::duplicates),
              std::pair("not_understood", &events::SourceTally::notUnderstood),
              std::pair("kept", &events::SourceTally::kept)})
            text.value({{"source", each->stored.name}, {"result", result}},
                       static_cast<double>(((*each->tally).*count).load()));
    for (const auto &[name, help, count] :
         {std::tuple("psa_host_source_refused_total", "Requests to a source that were answered with an error.",
                     &events::SourceTally::refused),
          std::tuple("psa_host_source_reader_kills_total", "How many times the reader of a source was ended by force.",
                     &events::SourceTally::killed)})
    {
        text.begin(name, "counter", help);
        for (const events::Sources::Live &each : all)
            text.value({{"source", each->stored.name}}, static_cast<double>(((*each->tally).*count).load()));
    }
}

void writeSourceStates(observe::MetricText &text, const std::vector<events::Sources::Live> &all,
                       const std::map<std::int64_t, store::SourceCounts> &counts)
{
    const auto countsOf = [&](const events::Sources::Live &source) {
        const auto at = counts.find(source->stored.id);
        return at == counts.end() ? store::SourceCounts() : at->second;
    };
    text.begin("psa_host_source_waiting", "gauge", "Deliveries of a source that were not understood or not read.");
    for (const events::Sources::Live &each : all)
    {
        text.value({{"source", each->stored.name}, {"state", "not_understood"}},
                   static_cast<double>(countsOf(each).notUnderstood));
        text.value({{"source", each->stored.name}, {"state", "kept"}}, static_cast<double>(countsOf(each).kept));
    }
    text.begin("psa_host_source_parked", "gauge",
               "1 = the source is parked: its deliveries are kept without being read.");
    for (const events::Sources::Live &each : all)
        text.value({{"source", each->stored.name}}, each->state.isParked() ? 1 : 0);
    text.begin("psa_host_source_last_delivery_timestamp_seconds", "gauge",
               "When the last delivery of a source was received; 0 = never.");
    for (const events::Sources::Live &each : all)
    {
        const auto last = countsOf(each).last;
        text.value({{"source", each->stored.name}},
                   last ? std::chrono::duration<double>(last->time_since_epoch()).count() : 0);
    }
}

void writeSources(observe::MetricText &text, const ApiParts &parts)
{
    const std::vector<events::Sources::Live> all = parts.sources.all();
    writeSourceCounters(text, all);
    writeSourceStates(text, all,
                      parts.store.read([](const store::StoreReader &reader) { return reader.sourceCounts(); }));
}

void writeDuties(observe::MetricText &text, const FleetStatus &fleet)
{
    text.begin("psa_host_duty_age_seconds", "gauge",
               "Time since a duty, such as deleting what is old, was last completed by whichever host.");
    for (const store::DutyRow &duty : fleet.duties())
        if (duty.ended)
            text.value({{"duty", duty.name}}, std::chrono::duration<double>(fleet.now() - *duty.ended).count());
}

/// Hosts and leases only while several hosts share the store. What is leased to none is handled by none.
void writeFleet(observe::MetricText &text, const ApiParts &parts, const std::vector<ConnectionStatus> &all,
                const http::Caller &caller)
{
    const FleetStatus fleet(parts.store);
    if (!caller.connections)
        writeDuties(text, fleet);
    if (!fleet.isShared())
        return;
    text.begin("psa_host_connection_leased", "gauge", "1 = a host handles the connection.");
    for (const ConnectionStatus &each : all)
        text.value({{"connection", each.live->stored.name}}, each.leasedBy.value_or("").empty() ? 0 : 1);
    if (caller.connections)
        return;
    text.begin("psa_host_source_leased", "gauge", "1 = a host handles the source.");
    for (const events::Sources::Live &each : parts.sources.all())
        text.value(
            {{"source", each->stored.name}},
            fleet.workerNameOf(store::LeaseKind::source, std::to_string(each->stored.id)).value_or("").empty() ? 0 : 1);
    text.begin("psa_host_fleet_hosts", "gauge", "Hosts that share the store and were seen within the time of a lease.");
    text.value({}, static_cast<double>(fleet.live()));
}

http::ApiResponse metrics(const ApiParts &parts, const http::Caller &caller)
{
    const std::vector<ConnectionStatus> all = statusOfAll(parts, caller);
    observe::MetricText text;
    text.begin("psa_host_info", "gauge", "Always 1; the version is in the label.");
    text.value({{"version", PSA_HOST_VERSION}}, 1);
    text.begin("psa_host_store_writable", "gauge", "1 = new tickets can be stored.");
    text.value({}, parts.store.health().writable ? 1 : 0);
    writeTickets(text, all);
    writeAges(text, all, parts.clock->wallNow());
    writeWork(text, all);
    writePauses(text, all);
    writeQuota(text, all);
    writeFleet(text, parts, all, caller);
    if (!caller.connections) // sources, and who was refused, are about the whole host
    {
        writeRefusals(text, parts.refusals);
        writeSources(text, parts);
    }
    return {200, "text/plain; version=0.0.4; charset=utf-8", text.text(), {}};
}

} // namespace

void addHealthRoutes(http::Router &router, const ApiParts &parts)
{
    router.add({"GET", "/healthz", http::Scope::anybody,
                [](const http::ApiRequest &) {
                    return http::ApiResponse{200, "text/plain", "ok\n", {}};
                },
                http::Router::Waits::never});
    router.add(
        {"GET", "/readyz", http::Scope::anybody, [parts](const http::ApiRequest &) { return readiness(parts); }});
    router.add({"GET", "/metrics", http::Scope::read,
                [parts](const http::ApiRequest &request) { return metrics(parts, request.caller); }});
}

} // namespace psa::api
