#include "bench/store/load.h"
#include "host/delivery/ticket_steps.h"
#include "host/service/ticket_actions.h"

#include "bench/program.h"
#include "host/service/reference.h"
#include "host/store/sqlite_store.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace psa::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

double secondsSince(SteadyClock::time_point start)
{
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// What the process has used up so far.
struct Used
{
    SteadyClock::time_point time = SteadyClock::now();
    double cpuSeconds = 0;
    double bytes = 0;

    static Used soFar()
    {
        Used used;
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        const auto seconds = [](const timeval &of) {
            return static_cast<double>(of.tv_sec) + static_cast<double>(of.tv_usec) / 1e6;
        };
        used.cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
        used.bytes = numberIn("/proc/self/io", "wchar:");
        return used;
    }

    Rate since(const Used &start, std::int64_t count) const
    {
        const auto times = static_cast<double>(count);
        return {times / std::chrono::duration<double>(time - start.time).count(),
                (cpuSeconds - start.cpuSeconds) * 1e6 / times, (bytes - start.bytes) / times};
    }
};

std::unique_ptr<store::Store> open(const std::filesystem::path &folder, const Load::Extras &extras)
{
    store::SqliteStoreSettings settings;
    settings.folder = folder;
    settings.marks = extras.marks;
    settings.searchIndex = extras.searchIndex;
    return store::openSqliteStore(settings, std::make_shared<clock::SystemClock>());
}

ticket::NewTicket ticketNumber(const std::string &number)
{
    ticket::NewTicket ticket;
    ticket.connection = "acme";
    ticket.reference = service::makeReference(clock::SystemClock().wallNow());
    // As long as a UUID, and at a place of its own among the others.
    ticket.key = service::referenceForKey("acme", number) + "-" + number;
    ticket.fingerprint = std::string(64, 'f');
    const std::string title = R"({"title":"Disk full on host-)" + number + R"(.example.com","description":")";
    const std::string end = R"("})";
    ticket.requestJson = title + std::string(668 - title.size() - end.size(), 'r') + end;
    ticket.ticketJson = title + std::string(600 - title.size() - end.size(), 't') + end;
    return ticket;
}

void oneLifeCycle(store::Store &store, const ticket::NewTicket &ticket)
{
    store.write([&](store::StoreWriter &writer) { service::insertTicket(writer, ticket); });
    const auto claimed = store.write([](store::StoreWriter &writer) {
        return delivery::claimTickets(writer, {"acme", ticket::ClaimFor::sending, 1, "acme@1.0"});
    });
    if (claimed.empty())
        throw std::logic_error("nothing was due");
    ticket::TicketSettlement done;
    done.state = ticket::TicketState::done;
    done.outcome = ticket::TicketOutcome{"4711", "T20260101.0001", "https://psa.example/tickets/4711", {}, false};
    if (!store.write([&](store::StoreWriter &writer) {
            return delivery::settleTicket(writer, claimed.front().id, claimed.front().fence, done);
        }))
        throw std::logic_error("somebody else settled it");
}

} // namespace

Rate rawSyncs(const std::filesystem::path &file, double seconds)
{
    const int fd = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    const std::string block(4096, 'x');
    std::int64_t count = 0;
    bool good = fd >= 0;
    const Used start = Used::soFar();
    for (; good && secondsSince(start.time) < seconds; ++count)
        good = write(fd, block.data(), block.size()) == static_cast<ssize_t>(block.size()) && fdatasync(fd) == 0;
    const Rate rate = Used::soFar().since(start, count);
    close(fd);
    unlink(file.c_str());
    if (!good)
        throw std::runtime_error(file.string() + " cannot be written");
    return rate;
}

Load::Load(const std::filesystem::path &folder, const Extras &extras) : store_(open(folder, extras))
{
    store_->write([](store::StoreWriter &writer) {
        store::StoredConnection connection;
        connection.name = "acme";
        if (!writer.connection("acme"))
            writer.addConnection(connection);
    });
}

void Load::fill(int count)
{
    constexpr int together = 5000;
    for (int done = 0; done < count; done += together)
        store_->write([&](store::StoreWriter &writer) {
            for (int i = 0; i < std::min(together, count - done); ++i)
                service::insertTicket(writer, next());
        });
}

Rate Load::inserts(int callers, double seconds)
{
    return rate(callers, seconds, [this] {
        const ticket::NewTicket ticket = next();
        store_->write([&](store::StoreWriter &writer) { service::insertTicket(writer, ticket); });
    });
}

Rate Load::writes(int callers, double seconds, const std::function<void(store::StoreWriter &)> &work)
{
    return rate(callers, seconds, [&] { store_->write(work); });
}

Rate Load::lifeCycles(int callers, double seconds)
{
    return rate(callers, seconds, [this] { oneLifeCycle(*store_, next()); });
}

ticket::NewTicket Load::next()
{
    return ticketNumber(std::to_string(++made_));
}

Rate Load::rate(int callers, double seconds, const std::function<void()> &one)
{
    std::atomic<std::int64_t> count{0};
    const Used start = Used::soFar();
    std::vector<std::thread> threads;
    for (int i = 0; i < callers; ++i)
        threads.emplace_back([&] {
            for (; secondsSince(start.time) < seconds; ++count)
                one();
        });
    for (std::thread &each : threads)
        each.join();
    return Used::soFar().since(start, count);
}

Opening openAndUse(const std::filesystem::path &folder)
{
    const auto start = SteadyClock::now();
    const auto store = open(folder, {});
    const double milliseconds = secondsSince(start) * 1000;
    for (int i = 0; i < 200; ++i)
        oneLifeCycle(*store, ticketNumber("opened " + std::to_string(getpid()) + " " + std::to_string(i)));
    // Not from getrusage: that of a child begins with its parent's.
    return {milliseconds, numberIn("/proc/self/status", "VmHWM:") / 1024};
}

} // namespace psa::bench
