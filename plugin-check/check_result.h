#pragma once

#include <Poco/JSON/Object.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace psa::check {

/// The result of one check, from the best to the worst: of repeated runs, the worst counts.
enum class Verdict
{
    ok,
    warning,
    skipped, ///< A check that it needs did not pass, or there is nothing to check.
    failed,
    timedOut, ///< Killed, with everything that it had started.
    crashed   ///< Its process ended before it had a result.
};

/// "ok", "timed out" and the like, for people and for --json.
const char *toText(Verdict verdict);

enum class Severity
{
    note, ///< Worth knowing; does not affect the verdict.
    warning,
    failure
};

const char *toText(Severity severity);

/// One finding of a check.
struct Finding
{
    Severity severity = Severity::note;
    std::string text; ///< A sentence that names what was found and what was expected; printable.
};

/// A waiver as shown in the report.
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
    std::string because; ///< Why it was skipped, how it crashed or what took too long; empty otherwise.
    std::string output;  ///< Standard output and error of its process, truncated.
    std::uint64_t seed = 0;
    std::chrono::milliseconds took{0};
    std::vector<AppliedWaiver> waived; ///< Not empty = the result is ignored, for these reasons.
};

/// A result as printed by --json and passed by a check to the checker.
Poco::JSON::Object::Ptr toJson(const CheckResult &result);

/// The result that toJson() wrote. Throws std::exception if `text` is not one.
CheckResult resultFromJson(const std::string &text);

} // namespace psa::check
