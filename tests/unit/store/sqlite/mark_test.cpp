// A store that has less than it acknowledged detects that, whatever was done to its files; a complete store raises no
// alarm.
#include "host/json/json_text.h"
#include "host/store/sqlite/commit_mark.h"
#include "host/store/sqlite/sqlite_database.h"
#include "tests/unit/store/sqlite/folders.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <random>
#include <set>

using namespace psa::json;
using namespace psa::store;
using namespace psa::ticket;
using namespace psa::test;

namespace {

constexpr std::size_t pageBytes = 4096;
constexpr std::size_t logHead = 32;
constexpr std::size_t frameHead = 24;

/// A store that accepted tickets, and what remained when its process ended.
struct Crashed
{
    TestFolder folder{TestFolder::inMemory()};
    std::filesystem::path log = folder.path() / "store.db-wal";
    std::filesystem::path mark = folder.path() / "mark";
    std::string olderLog;
    std::string olderMark;
    std::string lastMark; ///< Before the last ticket.

    explicit Crashed(int tickets, int checkpointPages = 2000)
    {
        const TestFolder running(TestFolder::inMemory());
        const auto store = openStore(running.path(), "", checkpointPages);
        addConnections(*store, {"acme"});
        for (int i = 1; i <= tickets; ++i)
        {
            lastMark = contentOf(running.path() / "mark");
            insert(*store, sampleTicket("acme", "R" + std::to_string(i), "k" + std::to_string(i)));
            if (i == tickets / 2)
            {
                olderLog = contentOf(running.path() / "store.db-wal");
                olderMark = contentOf(running.path() / "mark");
            }
        }
        crashInto(running.path(), folder.path());
    }
};

/// The report of an opening, and which tickets exist.
struct Found
{
    std::string refused;
    OpenReport report;
    std::set<std::int64_t> tickets;
    bool allUnknown = true;

    explicit Found(const std::filesystem::path &folder)
    try
    {
        const auto store = openStore(folder);
        report = store->openReport();
        TicketQuery query;
        query.limit = 1000;
        for (const StoredTicket &each : store->read([&](const StoreReader &r) { return r.listTickets(query); }).tickets)
        {
            tickets.insert(each.id);
            allUnknown = allUnknown && each.state == TicketState::unknown;
        }
    }
    catch (const StoreRefused &error)
    {
        refused = error.what();
    }
};

/// Each of the tickets exists or is reported missing, and there are no others.
void checkAccounted(const Found &found, int tickets)
{
    for (int id = 1; id <= tickets; ++id)
    {
        const bool missing =
            found.report.missing && id >= found.report.missing->first && id <= found.report.missing->last;
        CAPTURE(id, missing);
        CHECK(missing != (found.tickets.count(id) == 1));
    }
    if (found.report.missing)
        CHECK(found.report.missing->last == tickets);
}

void damage(Crashed &crashed, const std::string &how, std::mt19937 &random)
{
    std::string log = contentOf(crashed.log);
    const std::size_t frames = (log.size() - logHead) / (frameHead + pageBytes);
    const std::size_t frame = logHead + random() % frames * (frameHead + pageBytes);
    if (how == "removed")
    {
        std::filesystem::remove(crashed.log);
        return;
    }
    if (how == "cut")
        log.resize(frame + random() % pageBytes);
    else if (how == "bit flipped")
        log[frame + random() % (frameHead + pageBytes)] ^= static_cast<char>(1U << random() % 8);
    else if (how == "page zeroed")
        log.replace(frame + frameHead, pageBytes, pageBytes, '\0');
    else
        log = crashed.olderLog;
    writeContent(crashed.log, log);
}

std::string noticeOf(const std::filesystem::path &folder)
{
    return openStore(folder)->read([](const StoreReader &r) { return r.value(restoredNotice).value_or(""); });
}

} // namespace

TEST_CASE("a log that was removed, truncated, changed, zeroed or replaced by an older one is detected, and the missing "
          "tickets are listed",
          "[store][sqlite]")
{
    const std::string how = GENERATE("removed", "cut", "bit flipped", "page zeroed", "older");
    CAPTURE(how);
    int alarms = 0;
    int named = 0;
    for (unsigned seed = 0; seed < 12; ++seed)
    {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const int tickets = 10 + static_cast<int>(random() % 40);
        Crashed crashed(tickets, seed % 3 == 0 ? 60 : 2000); // some with checkpoints in between
        damage(crashed, how, random);
        const Found found(crashed.folder.path());
        const bool lost = !found.refused.empty() || found.tickets.size() < static_cast<std::size_t>(tickets);
        const bool alarm = !found.refused.empty() || !found.report.restored.empty();
        CHECK((alarm || !lost));
        alarms += alarm ? 1 : 0;
        named += found.report.missing ? 1 : 0;
        if (!found.refused.empty())
        {
            CHECK_THAT(found.refused, Catch::Contains("damaged"));
            continue;
        }
        checkAccounted(found, tickets);
        CHECK((!alarm || found.allUnknown));
    }
    CHECK(alarms >= 8); // a frame that was already copied into the file is not a loss
    CHECK(named >= 6);
}

TEST_CASE("a store that lost data tells its operator, in the notice and the audit log, and keeps the log",
          "[store][sqlite]")
{
    Crashed crashed(20);
    std::string log = contentOf(crashed.log);
    log[log.size() - 5 * (frameHead + pageBytes)] ^= 1;
    writeContent(crashed.log, log);
    const auto store = openStore(crashed.folder.path());
    const OpenReport report = store->openReport();
    REQUIRE(report.missing == TicketRange{20, 20});
    CHECK_THAT(report.restored, Catch::Contains("the last 1 changes that it had acknowledged are missing"));
    CHECK(report.madeUnknown == 19);
    CHECK(report.damagedLog == (crashed.folder.path() / "store.db-wal.damaged").string());
    CHECK(contentOf(report.damagedLog) == log);
    struct stat status = {};
    REQUIRE(stat(report.damagedLog.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    store->read([&](const StoreReader &reader) {
        CHECK(reader.value(restoredNotice) == restoredText(report));
        CHECK_THAT(restoredText(report), Catch::Contains("Ticket 20 was acknowledged and is missing"));
        const AuditEntry entry = reader.audit({}).entries.at(0);
        CHECK(entry.action == "store.restored");
        CHECK(parseObject(entry.detailJson)->getValue<std::int64_t>("firstMissing") == 20);
        CHECK_THAT(entry.detailJson, Catch::Contains("Ticket 20"));
    });
}

TEST_CASE("the number of a missing ticket is not reused", "[store][sqlite]")
{
    Crashed crashed(20);
    std::filesystem::remove(crashed.log);
    writeContent(crashed.log, crashed.olderLog);
    {
        const auto store = openStore(crashed.folder.path());
        CHECK(insert(*store, sampleTicket("acme", "new")).ticket.id == 21);
    }
    const auto again = openStore(crashed.folder.path());
    CHECK(again->openReport().restored.empty()); // it is reported once
    CHECK(insert(*again, sampleTicket("acme", "newer")).ticket.id == 22);
}

TEST_CASE("a process that ended between a commit and its mark, or a mark that is behind after a power failure, raises "
          "no alarm",
          "[store][sqlite]")
{
    Crashed crashed(20);
    const bool powerLoss = GENERATE(false, true);
    writeContent(crashed.mark, powerLoss ? crashed.olderMark : crashed.lastMark);
    const Found found(crashed.folder.path());
    CHECK(found.refused == "");
    CHECK(found.report.restored == "");
    CHECK(found.tickets.size() == 20);
}

TEST_CASE("a process killed while handling a loss handles it again, and no number is lost", "[store][sqlite]")
{
    Crashed crashed(20);
    writeContent(crashed.log, crashed.olderLog);
    const std::string mark = contentOf(crashed.mark);
    openStore(crashed.folder.path());
    writeContent(crashed.mark, mark); // its commits are in the store, but not yet in the mark
    const Found found(crashed.folder.path());
    CHECK(found.report.restored == "");
    CHECK_THAT(noticeOf(crashed.folder.path()), Catch::Contains("Tickets 11 to 20 were acknowledged and are missing"));
}

TEST_CASE("a store with a missing, damaged or foreign mark is not trusted", "[store][sqlite]")
{
    Crashed crashed(20);
    std::string expected;
    SECTION("gone")
    {
        std::filesystem::remove(crashed.mark);
        expected = "is missing";
    }
    SECTION("empty")
    {
        writeContent(crashed.mark, "");
        expected = "is damaged";
    }
    SECTION("both slots changed")
    {
        std::string mark = contentOf(crashed.mark);
        mark[20] ^= 1;
        mark[4096 + 20] ^= 1;
        writeContent(crashed.mark, mark);
        expected = "is damaged";
    }
    SECTION("belongs to another store")
    {
        const Crashed other(30);
        writeContent(crashed.mark, contentOf(other.mark));
        expected = "belongs to another store";
    }
    const Found found(crashed.folder.path());
    CHECK_THAT(found.report.restored, Catch::Contains(expected));
    CHECK(found.allUnknown);
    CHECK(!found.report.missing);
    CHECK(Found(crashed.folder.path()).report.restored == ""); // it exists again
}

TEST_CASE("if one slot of the mark is damaged, the other is used", "[store][sqlite]")
{
    Crashed crashed(20);
    const std::size_t slot = GENERATE(0u, 4096u);
    std::string mark = contentOf(crashed.mark);
    mark.replace(slot, 100, 100, '\xA5');
    writeContent(crashed.mark, mark);
    const Found found(crashed.folder.path());
    CHECK(found.report.restored == "");
    CHECK(found.tickets.size() == 20);
}

TEST_CASE("a mark that is not a file is rejected by name", "[store][sqlite]")
{
    Crashed crashed(2);
    std::filesystem::remove(crashed.mark);
    std::filesystem::create_directory(crashed.mark);
    CHECK_THAT(refusalOf(crashed.folder.path()), Catch::Contains(crashed.mark.string()));
}

TEST_CASE("a file that has lost everything is not silently replaced", "[store][sqlite]")
{
    Crashed crashed(5);
    std::filesystem::remove(crashed.log);
    std::string empty;
    {
        const TestFolder other(TestFolder::inMemory());
        writeContent(other.path() / "store.db", "");
        SqliteDatabase(other.path() / "store.db", "").execute("PRAGMA journal_mode = WAL");
        empty = contentOf(other.path() / "store.db");
    }
    REQUIRE(!empty.empty());
    writeContent(crashed.folder.path() / "store.db", empty);
    CHECK_THAT(refusalOf(crashed.folder.path()), Catch::Contains("has lost everything") && Catch::Contains("backup"));
}

TEST_CASE("a store created beside an old mark is new", "[store][sqlite]")
{
    Crashed crashed(20);
    for (const char *name : {"store.db", "store.db-wal", "epoch"})
        std::filesystem::remove(crashed.folder.path() / name);
    {
        const auto store = openStore(crashed.folder.path());
        CHECK(store->openReport().created);
        CHECK(store->openReport().restored == "");
        addConnections(*store, {"acme"});
        CHECK(insert(*store, sampleTicket("acme", "R1")).ticket.id == 1);
    }
    CHECK(openStore(crashed.folder.path())->openReport().restored == "");
}

TEST_CASE("a restored backup lists the tickets issued after it, and does not reuse their numbers", "[store][sqlite]")
{
    const TestFolder folder(TestFolder::inMemory());
    {
        const auto store = openStore(folder.path());
        addConnections(*store, {"acme"});
        insert(*store, sampleTicket("acme", "R1"));
        store->backup(folder.path() / "backup");
        insert(*store, sampleTicket("acme", "R2"));
        insert(*store, sampleTicket("acme", "R3"));
    }
    std::filesystem::rename(folder.path() / "backup", folder.path() / "store.db");
    const auto store = openStore(folder.path());
    CHECK(store->openReport().restored == "it is a backup");
    CHECK(store->openReport().missing == TicketRange{2, 3});
    CHECK(store->openReport().damagedLog == "");
    CHECK(insert(*store, sampleTicket("acme", "new")).ticket.id == 4);
}

TEST_CASE("a store that was rolled back with the whole machine counts as restored once that is declared",
          "[store][sqlite]")
{
    Crashed crashed(5);
    SqliteStoreSettings settings;
    settings.folder = crashed.folder.path();
    settings.restored = true;
    {
        const auto store = openSqliteStore(settings, std::make_shared<ManualClock>());
        CHECK(store->openReport().restored == "psa-host store restored was run");
        CHECK(store->openReport().madeUnknown == 5);
        CHECK(get(*store, 3).reason.code == "restored");
    }
    CHECK_THAT(noticeOf(crashed.folder.path()), Catch::Contains("psa-host store restored was run"));
    const TestFolder empty(TestFolder::inMemory());
    settings.folder = empty.path();
    CHECK_THROWS_WITH(openSqliteStore(settings, std::make_shared<ManualClock>()),
                      Catch::Contains("there is no store in"));
    CHECK(!std::filesystem::exists(empty.path() / "store.db"));
}

TEST_CASE("a transaction without changes is not counted, and costs no write", "[store][sqlite]")
{
    const TestFolder folder(TestFolder::inMemory());
    const auto store = openStore(folder.path());
    addConnections(*store, {"acme"});
    const std::string mark = contentOf(folder.path() / "mark");
    const auto logBytes = std::filesystem::file_size(folder.path() / "store.db-wal");
    CHECK(claim(*store, "acme").empty());
    CHECK_THROWS(store->write([](StoreWriter &) { throw std::runtime_error("mine"); }));
    CHECK(contentOf(folder.path() / "mark") == mark);
    CHECK(std::filesystem::file_size(folder.path() / "store.db-wal") == logBytes);
    insert(*store, sampleTicket("acme", "R1"));
    CHECK(contentOf(folder.path() / "mark") != mark);
}

TEST_CASE("a mark that cannot be written is reported, and written again when possible", "[store][sqlite]")
{
    // In a separate process, because the limit applies to the process.
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0)
    {
        const TestFolder folder(TestFolder::inMemory());
        const ManualClock clock;
        CommitMark mark(StateFolder(folder.path()), clock);
        mark.begin({"id", 1, 0});
        signal(SIGXFSZ, SIG_IGN);
        const rlimit small{1000, RLIM_INFINITY};
        const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
        setrlimit(RLIMIT_FSIZE, &small);
        mark.advance({"id", 2, 0});
        const bool told = mark.problem().find("mark cannot be written") != std::string::npos;
        setrlimit(RLIMIT_FSIZE, &none);
        mark.advance({"id", 3, 0});
        const bool good = mark.problem().empty() && CommitMark(StateFolder(folder.path()), clock).before().commits == 3;
        std::filesystem::remove_all(folder.path());
        _exit(!told ? 1 : !good ? 2 : 0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 0);
}
