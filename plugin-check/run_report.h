#pragma once

#include "plugin-check/check.h"
#include "plugin-check/check_result.h"
#include "plugin-check/check_settings.h"

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace psa::check {

/// The exit codes of psa-plugin-check.
enum ExitCode
{
    exitClean = 0,
    exitFailures = 1, ///< A check failed or took too long.
    exitUsage = 2,    ///< The command line, check.toml or the system is at fault; nothing is said of the plugin.
    exitCrashes = 3   ///< The plugin ended the process of a check.
};

/// All that came of one run.
struct RunReport
{
    std::filesystem::path plugin;
    std::optional<std::filesystem::path> settings; ///< check.toml.
    std::string id;                                ///< Of the plugin, as its note says; empty if it has none.
    std::string version;
    int level = 0;
    std::uint64_t seed = 0;
    std::vector<CheckResult> results;
    std::vector<Waiver> unused; ///< Waivers of checks that ran and needed none.

    int exitCode() const;
    /// How many results count as `verdict`; those that are waived count as none.
    std::size_t count(Verdict verdict) const;
    std::size_t waivedCount() const;
};

/// Reads id and version out of the note, if it can.
void nameThePlugin(RunReport &report);

/// Does the waiver `waiver` still hold on `today` (YYYY-MM-DD)?
bool holds(const Waiver &waiver, const std::string &today);

/// Marks `result` as waived, if one of `waivers` is for it and holds; one that has expired makes it fail and says so.
void applyWaivers(CheckResult &result, const std::vector<Waiver> &waivers, const std::string &today);

/// Those of `waivers` whose checks ran and needed none.
std::vector<Waiver> unusedWaivers(const std::vector<CheckResult> &results, const std::vector<Waiver> &waivers);

void writeJson(const RunReport &report, std::ostream &out);
/// As CI servers read it: one test case a check.
void writeJUnit(const RunReport &report, std::ostream &out);

} // namespace psa::check
