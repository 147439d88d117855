#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace psa::check {

class CheckContext;

/// One rule for plugins and the code that tests it. A value; all of them are in the catalogue.
struct Check
{
    std::string id;          ///< "S01": a letter for the group, and a number that is never reused.
    std::string title;       ///< What is tested, in a few words.
    int level = 1;           ///< 1 file and table, 2 lifecycle without network, 3 network faults, 4 load, leaks, fuzz.
    std::string group = {};  ///< "static" and the like: the name of its source file; set by the catalogue.
    std::string requirement; ///< What a plugin must do, as printed in docs/plugin-policies.md.
    std::string consequence; ///< The consequence if it does not.
    std::vector<std::string> needs;         ///< Ids of checks that must have passed.
    std::vector<std::string> unless = {};   ///< Ids of checks that must not have failed; skipped ones are accepted.
    std::chrono::milliseconds limit{30000}; ///< Its process is killed after this time.
    bool fuzzes =
        false; ///< Runs for twice the time in check.toml, in addition to the limit, and bounds its own memory.
    std::function<void(CheckContext &context)> run = nullptr; ///< Runs in a separate process.
};

// The checks by group, each in the source file with its name.
extern const std::vector<Check> staticChecks;
extern const std::vector<Check> abiChecks;
extern const std::vector<Check> descriptorChecks;
extern const std::vector<Check> configurationChecks;
extern const std::vector<Check> verbChecks;
extern const std::vector<Check> secretChecks;
extern const std::vector<Check> lifecycleChecks;
extern const std::vector<Check> hostChecks;
extern const std::vector<Check> misuseChecks;
extern const std::vector<Check> globalChecks;
extern const std::vector<Check> informationChecks;
extern const std::vector<Check> networkChecks;
extern const std::vector<Check> ticketChecks;
extern const std::vector<Check> updateChecks;
extern const std::vector<Check> loadChecks;
extern const std::vector<Check> fuzzChecks;
extern const std::vector<Check> templateChecks;

/// All checks, in the order in which they run: each comes after those that it needs.
const std::vector<Check> &catalogue();

/// The check `id`, or nullptr.
const Check *findCheck(const std::string &id);

} // namespace psa::check
