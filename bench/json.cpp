// The cost of strictness for a ticket of common size.
#include "host/json/json_schema.h"
#include "host/json/strict_json.h"
#include "host/plugin/documents.h"

#include <Poco/JSON/Parser.h>
#include <benchmark/benchmark.h>

#include <string>

namespace psa::bench {
namespace {

constexpr std::string_view ticket = R"({
  "version": 1,
  "title": "Disk C: of FS01 is full",
  "description": "The server FS01 has 0 of 512000 MB left on C: since 16:42. Users cannot save to the shares Sales and Accounts.\n\nChecked at 16:45: the log folder of the backup agent holds 180 GB and grows by 1 GB a minute; the service was stopped by hand.\n\nRule: disk space under 1 %, for 3 minutes, servers only. Agent 7f3a.",
  "company": "Northwind Traders",
  "contact": "Mia Berger",
  "queue": "Service Desk",
  "priority": 2,
  "status": "New",
  "category": "Server / Storage",
  "dueAt": "2026-11-24T17:00:00Z",
  "fields": {
    "site": "Main",
    "source": "Monitoring",
    "asset": 40718
  }
})";
static_assert(ticket.size() == 668, "docs/performance.md names this size");

void poco(benchmark::State &state)
{
    const std::string text(ticket);
    for (auto _ : state)
        benchmark::DoNotOptimize(Poco::JSON::Parser().parse(text));
}

void strict(benchmark::State &state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(json::parseStrict(ticket));
}

void schema(benchmark::State &state)
{
    const auto document = json::parseStrict(ticket);
    const json::JsonSchema &wanted = plugin::documentSchema("ticket");
    if (!wanted.validate(document).empty())
        return state.SkipWithError("the ticket does not fit its schema");
    for (auto _ : state)
        benchmark::DoNotOptimize(wanted.validate(document));
}

void document(benchmark::State &state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(plugin::parseDocument("ticket", ticket));
}

BENCHMARK(poco)->Name("ticket of 668 bytes/Poco's parser");
BENCHMARK(strict)->Name("ticket of 668 bytes/parseStrict");
BENCHMARK(schema)->Name("ticket of 668 bytes/schema validation alone");
BENCHMARK(document)->Name("ticket of 668 bytes/parseDocument, both");

} // namespace
} // namespace psa::bench
