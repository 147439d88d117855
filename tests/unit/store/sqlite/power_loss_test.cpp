// Whenever the power fails, nothing acknowledged is lost, and the store does not consider itself damaged.
#include "tests/support/sqlite_tap.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <cstdio>
#include <mutex>
#include <set>

using namespace psa::delivery;
using namespace psa::net;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;

namespace {

/// What callers have been told.
struct Told
{
    std::set<std::string> inserted; ///< References.
    std::set<std::int64_t> sending;
    std::set<std::int64_t> done;
};

/// What callers are told, while the store's thread reads it.
class Telling
{
public:
    template <class Change>
    void note(Change &&change)
    {
        const std::lock_guard lock(mutex_);
        change(told_);
    }
    Told soFar() const
    {
        const std::lock_guard lock(mutex_);
        return told_;
    }

private:
    mutable std::mutex mutex_;
    Told told_;
};

/// What callers were told but the store of `reader` does not know; "" = nothing is lost.
std::string lostOf(const StoreReader &reader, const Told &told)
{
    for (const std::string &reference : told.inserted)
    {
        const auto ticket = reader.ticketByReference(reference);
        if (!ticket || ticket->requestJson.size() < 20000)
            return reference;
        if (reader.ticketByKey("acme", "key of " + reference)->id != ticket->id)
            return "key of " + reference;
    }
    for (const std::int64_t id : told.sending)
        if (reader.ticket(id)->state != TicketState::unknown)
            return std::to_string(id) + " was sending and is " + toText(reader.ticket(id)->state);
    for (const std::int64_t id : told.done)
        if (reader.ticket(id)->state != TicketState::done)
            return std::to_string(id) + " was done and is " + toText(reader.ticket(id)->state);
    return "";
}

/// The number of commits in a slot of the mark; -1 = the slot was never written.
long long commitsIn(const std::string &mark, std::size_t slot)
{
    long long commits = -1;
    return slot < mark.size() && std::sscanf(mark.c_str() + slot, "%*s %*s %lld", &commits) == 1 ? commits : -1;
}

/// The mark as it may be on the disk: as last written, or with that slot torn.
std::string tornMark(std::string mark, std::mt19937 &random)
{
    const long long first = commitsIn(mark, 0);
    const long long second = commitsIn(mark, 4096);
    if (first < 0 || second < 0 || random() % 2 == 0)
        return mark;
    const std::size_t newest = second > first ? 4096 : 0;
    for (std::size_t i = 20; i < 60; ++i)
        mark[newest + i] = static_cast<char>(random());
    return mark;
}

/// Opens what is left on the disk, in a separate folder, and compares.
std::string lostFrom(const std::map<std::string, std::string> &files, const std::filesystem::path &from,
                     std::mt19937 &random, const Told &told)
{
    const TestFolder folder(TestFolder::inMemory());
    for (const auto &[name, content] : files)
        writeContent(folder.path() / name, content);
    for (const char *name : {"epoch", "mark"})
        if (std::filesystem::exists(from / name))
            writeContent(folder.path() / name, contentOf(from / name));
    if (std::filesystem::exists(folder.path() / "mark"))
        writeContent(folder.path() / "mark", tornMark(contentOf(folder.path() / "mark"), random));
    if (std::filesystem::exists(folder.path() / "epoch"))
        makeSameFile(folder.path());
    try
    {
        const auto store = openStore(folder.path());
        if (!store->openReport().restored.empty())
            return "a false alarm: " + store->openReport().restored;
        return store->read([&](const StoreReader &reader) { return lostOf(reader, told); });
    }
    catch (const std::exception &error)
    {
        return error.what();
    }
}

/// Inserts, claims and settles, and records what it was told.
void work(Store &store, std::mt19937 random, Telling &telling)
{
    addConnections(store, {"acme"});
    for (int i = 0; i < 25; ++i)
    {
        const std::string reference = "R" + std::to_string(i);
        NewTicket ticket = sampleTicket("acme", reference, "key of " + reference);
        ticket.requestJson = std::string(20000 + random() % 20000, 'x'); // enough pages for checkpoints
        insert(store, ticket);
        telling.note([&](Told &told) { told.inserted.insert(reference); });
        if (random() % 2 == 0)
            continue;
        const StoredTicket claimed = claimOne(store, "acme");
        telling.note([&](Told &told) { told.sending.insert(claimed.id); });
        if (random() % 2 == 0)
            continue;
        // Until the answer it may be either.
        telling.note([&](Told &told) { told.sending.erase(claimed.id); });
        REQUIRE(settle(store, claimed, settlement(TicketState::done)));
        telling.note([&](Told &told) { told.done.insert(claimed.id); });
    }
}

} // namespace

TEST_CASE("a power failure at any sync loses nothing that was acknowledged, and raises no alarm", "[store][sqlite]")
{
    const unsigned seed = GENERATE(range(0u, 4u));
    CAPTURE(seed);
    std::mt19937 random(seed);
    SqliteTap tap("power");
    const TestFolder folder(TestFolder::inMemory());
    Telling telling;
    std::set<std::string> synced;
    int losses = 0;
    std::string lost; // no assertion inside SQLite's callback: it throws
    tap.ask([&](SqliteTap::Step step, const std::string &file, std::size_t) {
        if (step != SqliteTap::Step::sync)
            return SQLITE_OK;
        synced.insert(file);
        // Twice: what is not synced may or may not be on the disk.
        for (int i = 0; i < 2 && lost.empty(); ++i, ++losses)
            lost = lostFrom(tap.afterPowerLoss(random), folder.path(), random, telling.soFar());
        return SQLITE_OK;
    });
    {
        const auto store = openStore(folder.path(), "power", 100);
        work(*store, std::mt19937(seed), telling);
    }
    const Told told = telling.soFar();
    CHECK(lost == "");
    CHECK(losses > 100);
    CHECK(synced == std::set<std::string>{"store.db", "store.db-journal", "store.db-wal"}); // checkpoints were included
    CHECK(told.inserted.size() == 25);
    CHECK(!told.done.empty());
    CHECK(lostFrom(tap.afterPowerLoss(random), folder.path(), random, told) == "");
}
