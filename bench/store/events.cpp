#include "bench/store/events.h"

#include "bench/program.h"
#include "bench/store/load.h"
#include "host/store/sqlite_store.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace psa::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t sources = 200;
constexpr std::int64_t customers = 500;
constexpr std::size_t bodyBytes = 1500; ///< Of an alert, sealed.

/// A delivery with one event, of one of `sources`. Its key is one of 20 of that source.
struct Delivered
{
    store::StoredDelivery delivery;
    store::StoredEvent event;
};

Delivered deliveredNumber(std::int64_t number, clock::Clock::Wall now)
{
    Delivered made;
    const std::int64_t source = number % sources + 1;
    made.delivery.sourceId = made.event.sourceId = source;
    made.delivery.source = made.event.source = "source-" + std::to_string(source);
    made.delivery.received = made.event.received = now;
    made.delivery.requestJson = R"({"method":"POST","headers":{"content-type":"application/json"}})";
    made.delivery.sealedBody = std::string(bodyBytes, 's');
    made.delivery.bytes = bodyBytes;
    made.delivery.digest = "digest of " + std::to_string(number);
    made.event.kind = number % 2 == 0 ? "problem" : "recovery";
    made.event.key = R"({alertname="DiskFull",instance="host-)" + std::to_string(number / sources % 20) + R"("})";
    made.event.severity = "high";
    made.event.title = "Disk full on host-" + std::to_string(number % 5000) + ".example.com";
    made.event.customer = "Customer " + std::to_string(number % customers);
    made.event.customerId = std::to_string(number % customers);
    made.event.decision = "repeat";
    made.event.documentJson = R"({"title":")" + made.event.title + R"(","text":")" + std::string(500, 't') + R"("})";
    made.event.decisionJson = R"({"code":"repeat","rule":"Critical alerts","why":")" + std::string(100, 'w') + R"("})";
    return made;
}

/// What the intake and the decisions do in one transaction for an event of an episode that is open.
void take(store::StoreWriter &writer, Delivered made)
{
    using std::chrono::minutes;
    const clock::Clock::Wall now = made.delivery.received;
    if (writer.deliveryByDigest(made.delivery.sourceId, made.delivery.digest, now - minutes(5)))
        return;
    made.event.deliveryId = writer.addDelivery(made.delivery);
    auto episode = writer.latestEpisode(made.event.sourceId, made.event.key);
    if (!episode)
    {
        episode.emplace();
        episode->sourceId = made.event.sourceId;
        episode->source = made.event.source;
        episode->key = made.event.key;
        episode->opened = now;
        episode->parts = {"c3c1ae1e1d9fbd4a"};
        episode->stateJson = R"({"severity":"high","startedAt":"2026-11-30T10:00:00Z"})";
        episode->id = writer.addEpisode(*episode);
    }
    episode->seen = now;
    episode->due = now + std::chrono::hours(168);
    ++episode->events;
    writer.saveEpisode(*episode);
    made.event.episodeId = episode->id;
    store::EventStep step;
    step.episodeId = episode->id;
    step.eventId = writer.addEvent(made.event);
    step.time = now;
    step.what = "repeat";
    step.detailJson = R"({"count":2})";
    writer.addStep(step);
}

std::unique_ptr<store::Store> openForEvents(const std::filesystem::path &folder)
{
    store::SqliteStoreSettings settings;
    settings.folder = folder;
    return store::openSqliteStore(settings, std::make_shared<clock::SystemClock>());
}

void measureInserts(const std::filesystem::path &folder, double seconds, int rounds)
{
    std::printf("\n%-42s %9s %9s %9s %9s   %s\n", "inserts", "per s", "us CPU", "KB", "ratio", "against tickets");
    for (const int count : {1, 64})
    {
        std::vector<Rate> tickets;
        std::vector<Rate> deliveries;
        std::vector<double> ratios;
        for (int round = 0; round < rounds; ++round)
        {
            std::filesystem::remove_all(folder / "inserts");
            Load load(folder / "inserts");
            std::atomic<std::int64_t> number{0};
            tickets.push_back(load.inserts(count, seconds));
            deliveries.push_back(load.writes(count, seconds, [&](store::StoreWriter &writer) {
                take(writer, deliveredNumber(++number, writer.now()));
            }));
            ratios.push_back(deliveries.back().perSecond / tickets.back().perSecond);
        }
        const auto print = [&](const char *what, const std::vector<Rate> &rates, double ratio) {
            const auto medianOf = [&](double Rate::*member) {
                std::vector<double> values;
                for (const Rate &each : rates)
                    values.push_back(each.*member);
                return median(std::move(values));
            };
            std::printf("  %-28s %2d callers %9.0f %9.1f %9.1f %9.2f\n", what, count, medianOf(&Rate::perSecond),
                        medianOf(&Rate::cpuMicroseconds), medianOf(&Rate::bytes) / 1000, ratio);
        };
        print("tickets", tickets, 1);
        print("deliveries with an event", deliveries, median(ratios));
    }
}

/// One event a second, the last one now.
void fillEvents(store::Store &store, std::int64_t events)
{
    constexpr std::int64_t together = 2000;
    const clock::Clock::Wall end = clock::SystemClock().wallNow();
    for (std::int64_t done = 0; done < events; done += together)
        store.write([&](store::StoreWriter &writer) {
            for (std::int64_t i = done; i < std::min(done + together, events); ++i)
            {
                Delivered made = deliveredNumber(i, end - std::chrono::seconds(events - i));
                made.delivery.sealedBody.clear(); // long erased
                take(writer, made);
            }
        });
}

void printList(store::Store &store, const char *name, const std::function<void(store::EventQuery &, int run)> &change)
{
    constexpr int runs = 21;
    std::vector<double> times;
    std::size_t found = 0;
    for (int run = 0; run < runs; ++run)
    {
        store::EventQuery query;
        change(query, run);
        const auto start = SteadyClock::now();
        found = store.read([&](const store::StoreReader &reader) { return reader.listEvents(query); }).events.size();
        times.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count());
    }
    std::printf("  %-44s %9.2f %9.2f %9zu\n", name, median(times), *std::max_element(times.begin(), times.end()),
                found);
}

void measureLists(const std::filesystem::path &folder, int events)
{
    const auto store = openForEvents(folder / "lists");
    fillEvents(*store, events);
    const double megabytes = static_cast<double>(std::filesystem::file_size(folder / "lists" / "store.db")) / 1e6;
    std::printf("\n%d events, %.0f MB: the first page of %-12s %9s %9s %9s\n", events, megabytes, "100", "ms", "most",
                "found");
    const clock::Clock::Wall now = clock::SystemClock().wallNow();
    using std::chrono::seconds;
    printList(*store, "all", [](store::EventQuery &, int) {});
    printList(*store, "a source", [](store::EventQuery &query, int run) { query.sourceId = run + 1; });
    printList(*store, "a customer",
              [](store::EventQuery &query, int run) { query.customer = "customer " + std::to_string(run * 7); });
    printList(*store, "an episode", [](store::EventQuery &query, int run) { query.episodeId = run + 1; });
    printList(*store, "before the last tenth",
              [&](store::EventQuery &query, int run) { query.until = now - seconds(events / 10 + run); });
    printList(*store, "recoveries", [](store::EventQuery &query, int) { query.kind = "recovery"; });
    printList(*store, "a word that is everywhere", [](store::EventQuery &query, int) { query.text = "disk"; });
    printList(*store, "a decision that none has", [](store::EventQuery &query, int) { query.decision = "storm"; });
    printList(*store, "a word that is nowhere", [](store::EventQuery &query, int) { query.text = "xylophone"; });
    std::filesystem::remove_all(folder / "lists");
}

} // namespace

void measureEvents(const std::filesystem::path &folder, int events, double seconds, int rounds)
{
    measureInserts(folder, seconds, rounds);
    measureLists(folder, events);
}

} // namespace psa::bench
