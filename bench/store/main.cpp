// psa-bench-store [FOLDER [ROWS [SECONDS [ROUNDS]]]]: how fast the store makes things durable on the disk of FOLDER
// against a bare fdatasync there, whether ROWS queued tickets slow it down, what it costs to keep beside it what was
// acknowledged, and what opening costs in time and memory. With --mark before them: of these, only the last but one. With
// --search: what a search among ROWS tickets takes, and what its index costs. With --events: what deliveries of sources cost
// beside tickets, and lists of ROWS events. A program of its own, since memory and start are those of a process that does
// nothing else.
#include "bench/program.h"
#include "bench/store/events.h"
#include "bench/store/load.h"
#include "bench/store/search.h"

#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

extern char **environ; // NOLINT(readability-redundant-declaration)

namespace psa::bench {
namespace {

constexpr std::array callers = {1, 8, 64};

struct Settings
{
    std::filesystem::path folder;
    int rows = 1000000;
    double seconds = 1;
    int rounds = 5;
};

/// The rounds so far, and what they are compared with in each.
struct Series
{
    std::string name;
    std::vector<Rate> rates;
    std::vector<double> ratios;

    void add(const Rate &rate, const Rate &comparedWith)
    {
        rates.push_back(rate);
        ratios.push_back(rate.perSecond / comparedWith.perSecond);
    }
    double medianOf(double Rate::*member) const
    {
        std::vector<double> values;
        for (const Rate &each : rates)
            values.push_back(each.*member);
        return median(std::move(values));
    }
};

void print(const std::string &title, const char *comparedWith, const std::vector<Series> &all)
{
    std::printf("\n%-42s %9s %9s %9s %9s   %s\n", title.c_str(), "per s", "us CPU", "KB", "ratio", comparedWith);
    for (const Series &each : all)
        std::printf("  %-40s %9.0f %9.1f %9.1f %9.2f\n", each.name.c_str(), each.medianOf(&Rate::perSecond),
                    each.medianOf(&Rate::cpuMicroseconds), each.medianOf(&Rate::bytes) / 1000, median(each.ratios));
}

/// Everything in turn in each round, so that a disturbance of the machine meets all of it alike.
void measureRates(const Settings &settings)
{
    std::vector<Series> againstDisk = {{"fdatasync of a 4 KiB append", {}, {}}};
    std::vector<Series> againstEmpty;
    for (const int count : callers)
    {
        againstDisk.push_back({"insert, " + std::to_string(count) + " callers", {}, {}});
        againstEmpty.push_back({"insert, " + std::to_string(count) + " callers", {}, {}});
    }
    againstDisk.push_back({"insert + claim + settle, 64 callers", {}, {}});
    againstEmpty.push_back(againstDisk.back());

    Load full(settings.folder / "full");
    full.fill(settings.rows);
    for (int round = 0; round < settings.rounds; ++round)
    {
        std::filesystem::remove_all(settings.folder / "empty");
        Load empty(settings.folder / "empty");
        const Rate raw = rawSyncs(settings.folder / "raw", settings.seconds);
        againstDisk[0].add(raw, raw);
        for (std::size_t i = 0; i <= callers.size(); ++i)
        {
            const bool whole = i == callers.size();
            const Rate one =
                whole ? empty.lifeCycles(64, settings.seconds) : empty.inserts(callers.at(i), settings.seconds);
            const Rate other =
                whole ? full.lifeCycles(64, settings.seconds) : full.inserts(callers.at(i), settings.seconds);
            againstDisk.at(i + 1).add(one, raw);
            againstEmpty.at(i).add(other, one);
        }
    }
    print("a store that begins empty", "against fdatasync", againstDisk);
    print("a store with " + std::to_string(settings.rows) + " tickets queued", "against the empty one", againstEmpty);
}

/// With `extra` and without it, a moment of each in turn, and which comes first in turn as well.
void measureExtra(const Settings &settings, const std::string &extra, const Load::Extras &withoutIt, int turns)
{
    std::vector<Series> all;
    for (const int count : callers)
        for (const std::string &with : {", with " + extra, std::string(", without")})
            all.push_back({"insert, " + std::to_string(count) + " callers" + with, {}, {}});
    all.push_back({"all three, 64 callers, with " + extra, {}, {}});
    all.push_back({"all three, 64 callers, without", {}, {}});
    for (int round = 0; round < settings.rounds; ++round)
    {
        for (const char *name : {"with", "without"})
            std::filesystem::remove_all(settings.folder / name);
        Load with(settings.folder / "with");
        Load without(settings.folder / "without", withoutIt);
        const auto measure = [&](Load &load, std::size_t what) {
            const double seconds = settings.seconds / turns;
            return what == callers.size() ? load.lifeCycles(64, seconds) : load.inserts(callers.at(what), seconds);
        };
        for (std::size_t what = 0; what <= callers.size(); ++what)
            for (int turn = 0; turn < turns; ++turn)
            {
                const bool first = turn % 2 == 0;
                const Rate one = measure(first ? with : without, what);
                const Rate other = measure(first ? without : with, what);
                all.at(2 * what).add(first ? one : other, first ? other : one);
                all.at(2 * what + 1).add(first ? other : one, first ? other : one);
            }
    }
    print(extra, "against without", all);
}

/// Opens the store in a process that does nothing else, which prints what it took.
void measureOpening(const std::filesystem::path &folder, int rows)
{
    std::printf("  %-42d ", rows);
    std::fflush(stdout);
    std::string self = std::filesystem::read_symlink("/proc/self/exe");
    std::string command = "--open";
    std::string argument = folder;
    std::array<char *, 4> arguments = {self.data(), command.data(), argument.data(), nullptr};
    pid_t child = 0;
    if (posix_spawn(&child, self.c_str(), nullptr, nullptr, arguments.data(), environ) == 0)
        waitpid(child, nullptr, 0);
}

void measureOpenings(const Settings &settings)
{
    std::printf("\n%-44s %10s %10s\n", "opening a store with so many tickets queued", "ms", "MB");
    for (const int rows : {0, settings.rows / 10, settings.rows})
    {
        const std::filesystem::path folder = settings.folder / ("open-" + std::to_string(rows));
        Load(folder).fill(rows);
        for (int i = 0; i < 3; ++i)
            measureOpening(folder, rows);
        std::filesystem::remove_all(folder);
    }
}

int run(Arguments arguments)
{
    if (arguments.size() == 2 && arguments[0] == "--open")
    {
        const Opening opening = openAndUse(arguments[1]);
        std::printf("%10.1f %10.1f\n", opening.milliseconds, opening.megabytes);
        return 0;
    }
    const std::string alone = !arguments.empty() && arguments[0].starts_with("--") ? arguments[0] : "";
    if (!alone.empty())
        arguments.erase(arguments.begin());
    Settings settings;
    take(arguments, 1, settings.rows);
    take(arguments, 2, settings.seconds);
    take(arguments, 3, settings.rounds);
    settings.folder = workFolder(arguments, "psa-bench-store");
    if (alone.empty() || alone == "--mark")
        measureExtra(settings, "a mark", {.marks = false, .searchIndex = true}, 40);
    if (alone == "--search")
    {
        measureExtra(settings, "the search index", {.marks = true, .searchIndex = false}, 4);
        measureSearch(settings.folder / "searched", settings.rows);
    }
    if (alone == "--events")
        measureEvents(settings.folder, settings.rows, settings.seconds, settings.rounds);
    if (alone.empty())
    {
        measureRates(settings);
        std::filesystem::remove_all(settings.folder / "full");
        measureOpenings(settings);
    }
    std::filesystem::remove_all(settings.folder);
    return 0;
}

} // namespace
} // namespace psa::bench

int main(int argc, char **argv)
{
    return psa::bench::runProgram(argc, argv, psa::bench::run);
}
