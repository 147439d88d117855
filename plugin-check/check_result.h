#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace psa::check {

/// What became of one check, worst last where that makes sense: see isWorse().
enum class Verdict
{
    ok,
    warning,
    skipped, ///< A check that it needs did not pass, or it has nothing to work on.
    failed,
    timedOut, ///< Killed, with all that it had started.
    crashed   ///< Its process ended before it had a result.
};

/// "ok", "timed out" and the like, for people and for --json.
const char *toText(Verdict verdict);

enum class Severity
{
    note, ///< Worth knowing; changes no verdict.
    warning,
    failure
};

const char *toText(Severity severity);

/// One thing that a check found.
struct Finding
{
    Severity severity = Severity::note;
    std::string text; ///< A sentence that names what was found and what was expected; printable.
};

/// A waiver as the report shows it.
struct AppliedWaiver
{
    std::string reason;
    std::string expires; ///< YYYY-MM-DD.
};

/// The result of one check. The texts are printable: they may quote the plugin.
struct CheckResult
{
    std::string id;
    Verdict verdict = Verdict::ok;
    std::vector<Finding> findings;
    std::string because; ///< Why it was skipped, how it crashed or what ran too long; empty otherwise.
    std::string output;  ///< What its process wrote on standard output and error, cut.
    std::uint64_t seed = 0;
    std::chrono::milliseconds took{0};
    std::vector<AppliedWaiver> waived; ///< Not empty = it counts for nothing, and this is why.
};

} // namespace psa::check
