#include "bench/store/search.h"

#include "bench/program.h"
#include "host/service/reference.h"
#include "host/store/sqlite/sqlite_database.h"
#include "host/store/sqlite_store.h"
#include "host/ticket/transitions.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace psa::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::array words = {"disk",    "full",    "server",  "backup",  "failed",   "printer", "offline", "memory",
                              "service", "stopped", "network", "latency", "vpn",      "account", "locked",  "mailbox",
                              "update",  "reboot",  "pending", "raid",    "degraded", "battery", "expired", "threat",
                              "switch",  "port",    "down",    "login",   "password", "license", "storage", "snapshot"};
constexpr int companies = 2000;
constexpr int hosts = 5000;
constexpr int ticketsPerDay = 700;

/// Of all threads of the process: what a busy machine does not change.
double cpuMilliseconds()
{
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}

double millisecondsSince(SteadyClock::time_point start)
{
    return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

std::unique_ptr<store::Store> open(const std::filesystem::path &folder)
{
    store::SqliteStoreSettings settings;
    settings.folder = folder;
    return store::openSqliteStore(settings, std::make_shared<clock::SystemClock>());
}

std::string padded(int number, int width)
{
    std::string digits = std::to_string(number);
    return std::string(static_cast<std::size_t>(std::max(0, width - static_cast<int>(digits.size()))), '0') + digits;
}

/// Like those of a PSA that counts within each day.
std::string numberOf(int ticket)
{
    const int day = ticket / ticketsPerDay;
    return "T" + std::to_string(2022 + day / 360) + padded(day / 30 % 12 + 1, 2) + padded(day % 30 + 1, 2) + "." +
           padded(ticket % ticketsPerDay, 4);
}

/// The same for each number, in every run: what has to be found is known.
ticket::NewTicket ticketOf(int number)
{
    std::mt19937 random(static_cast<unsigned>(number));
    const auto pick = [&](std::size_t count) { return random() % count; };
    std::string title;
    for (int i = 0; i < 5; ++i)
        title += std::string(words.at(pick(words.size()))) + " ";
    title += "on host-" + padded(static_cast<int>(pick(hosts)), 4) + ".example.com";
    std::string key;
    for (int i = 0; i < 32; ++i)
        key += std::string(i == 8 || i == 12 || i == 16 || i == 20 ? "-" : "") + "0123456789abcdef"[pick(16)];
    const std::string company = std::to_string(pick(companies) + 1000);
    ticket::NewTicket ticket;
    ticket.connection = "acme";
    ticket.reference = service::makeReference(clock::SystemClock().wallNow());
    ticket.key = key;
    ticket.fingerprint = std::string(64, 'f');
    ticket.company = company;
    ticket.requestJson = R"({"title":")" + title + R"(","description":")" + std::string(560, 'r') + R"("})";
    ticket.ticketJson =
        R"({"title":")" + title + R"(","company":)" + company + R"(,"description":")" + std::string(480, 't') + R"("})";
    return ticket;
}

void fill(store::Store &store, int tickets)
{
    store.write([](store::StoreWriter &writer) {
        store::StoredConnection connection;
        connection.name = "acme";
        writer.addConnection(connection);
    });
    constexpr int together = 1000;
    for (int done = 0; done < tickets; done += together)
        store.write([&](store::StoreWriter &writer) {
            for (int i = done; i < std::min(done + together, tickets); ++i)
            {
                ticket::StoredTicket ticket = writer.addTicket(ticket::submitted(ticketOf(i), writer.now()));
                ticket::claim(ticket, ticket::ClaimFor::sending, "acme@1.0", writer.now());
                ticket::TicketSettlement how;
                how.state = ticket::TicketState::done;
                how.outcome = ticket::TicketOutcome{std::to_string(i), numberOf(i), "", {}, false};
                if (!ticket::settle(ticket, ticket.fence, how, writer.now()))
                    throw std::logic_error("a ticket was not settled");
                writer.saveTicket(ticket);
            }
        });
    std::map<std::string, std::string> labels;
    for (int i = 0; i < companies; ++i)
        labels[std::to_string(i + 1000)] =
            "Customer " + std::to_string(i) + (i % 7 == 0 ? " Dental GmbH" : " Logistics Ltd");
    store.write([&](store::StoreWriter &writer) { writer.labelCompanies("acme", labels); });
}

bool isBusy(store::Store &store)
try
{
    store::TicketQuery query;
    query.text = "no such word";
    store.read([&](const store::StoreReader &reader) { return reader.listTickets(query); });
    return false;
}
catch (const store::StoreError &error)
{
    if (error.kind != store::StoreError::Kind::busy)
        throw;
    return true;
}

/// Until a search does not find the store busy, and then until the index is complete.
double waitForIndex(store::Store &store)
{
    const auto start = SteadyClock::now();
    while (isBusy(store))
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    for (int i = 0; i < 100; ++i) // after each read a part of the rest is done
        store.read([](const store::StoreReader &) {});
    return millisecondsSince(start);
}

struct Search
{
    const char *name;
    std::function<std::string(int tickets, unsigned run)> text;
};

void printTimes(store::Store &store, int tickets, const Search &search)
{
    constexpr unsigned runs = 21;
    std::vector<double> times;
    std::vector<double> cpuTimes;
    std::size_t found = 0;
    for (unsigned run = 0; run < runs; ++run)
    {
        store::TicketQuery query;
        query.text = search.text(tickets, run);
        const auto start = SteadyClock::now();
        const double cpuStart = cpuMilliseconds();
        found = store.read([&](const store::StoreReader &reader) { return reader.listTickets(query); }).tickets.size();
        times.push_back(millisecondsSince(start));
        cpuTimes.push_back(cpuMilliseconds() - cpuStart);
    }
    std::printf("  %-44s %9.1f %9.1f %9.1f %9zu\n", search.name, median(times), median(cpuTimes),
                *std::max_element(cpuTimes.begin(), cpuTimes.end()), found);
}

ticket::NewTicket some(int tickets, unsigned run)
{
    return ticketOf(static_cast<int>(run * 7919 + 13) % tickets);
}

std::vector<Search> searches()
{
    const auto word = [](unsigned index) { return std::string(words.at(index % words.size())); };
    return {
        {"a common word", [=](int, unsigned run) { return word(run); }},
        {"two common words", [=](int, unsigned run) { return word(run) + " " + word(run + 5); }},
        {"five common words",
         [=](int, unsigned run) {
             return word(run) + " " + word(run + 5) + " " + word(run + 9) + " " + word(run + 14) + " " + word(run + 23);
         }},
        {"a host, rare", [](int, unsigned run) { return "host-" + padded(static_cast<int>(run) * 97, 4); }},
        {"a host and a word",
         [=](int, unsigned run) { return "host-" + padded(static_cast<int>(run) * 97, 4) + " " + word(run); }},
        {"a key", [](int tickets, unsigned run) { return some(tickets, run).key; }},
        {"a part of a key", [](int tickets, unsigned run) { return some(tickets, run).key.substr(9, 14); }},
        {"a number in the PSA",
         [](int tickets, unsigned run) { return numberOf(static_cast<int>(run * 7919 + 13) % tickets); }},
        {"the beginning of a number",
         [](int tickets, unsigned run) { return numberOf(static_cast<int>(run * 7919 + 13) % tickets).substr(0, 9); }},
        {"the end of a number", [](int, unsigned run) { return "." + padded(static_cast<int>(run) * 31, 4); }},
        {"a company's label", [](int, unsigned run) { return "customer " + std::to_string(run * 71); }},
        {"a word that is in a seventh of the labels", [](int, unsigned) { return std::string("dental"); }},
        {"two letters", [](int, unsigned) { return std::string("ho"); }},
        {"one letter, nowhere", [](int, unsigned) { return std::string("q"); }},
        {"no match: a word of common parts", [](int, unsigned) { return std::string("serverprinter"); }},
        {"no match: three digits too many",
         [](int, unsigned run) { return "host-" + padded(static_cast<int>(run) * 97, 4) + "999"; }},
        {"no match", [](int, unsigned) { return std::string("xylophone"); }},
    };
}

} // namespace

void measureSearch(const std::filesystem::path &folder, int tickets)
{
    {
        const auto store = open(folder);
        fill(*store, tickets);
        waitForIndex(*store);
    }
    const double megabytes = static_cast<double>(std::filesystem::file_size(folder / "store.db")) / 1e6;
    {
        store::SqliteDatabase database(folder / "store.db", "");
        const double index = static_cast<double>(database.integer("SELECT count(*) FROM search_page")) * 4096 / 1e6;
        std::printf("\n%d tickets: %.0f MB, of which the search index %.0f MB\n", tickets, megabytes, index);
        database.execute("DELETE FROM search_page");
    }
    const auto store = open(folder);
    const double cpuStart = cpuMilliseconds();
    std::printf("built for an older store in %.1f s, ", waitForIndex(*store) / 1000);
    std::printf("with %.1f s of CPU time\n", (cpuMilliseconds() - cpuStart) / 1000);
    std::printf("\n%-46s %9s %9s %9s %9s\n", "first page of 100 of a search for", "ms", "ms CPU", "most", "found");
    for (const Search &search : searches())
        printTimes(*store, tickets, search);
}

} // namespace psa::bench
