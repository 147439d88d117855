#include "plugin-check/run_report.h"

#include "host/plugin/documents.h"
#include "plugin-check/plugin_under_check.h"

#include <algorithm>

namespace psa::check {
namespace {

bool needsWaiver(const CheckResult &result)
{
    return result.verdict != Verdict::ok && result.verdict != Verdict::skipped;
}

void apply(CheckResult &result, const Waiver &waiver, const std::string &today)
{
    if (holds(waiver, today))
    {
        result.waived.push_back({waiver.reason, waiver.expires});
        return;
    }
    result.findings.push_back({Severity::failure, "its waiver held until " + waiver.expires + " (" +
                                                      (waiver.reason.empty() ? "no reason given" : waiver.reason) +
                                                      ") and has expired"});
    if (result.verdict == Verdict::warning)
        result.verdict = Verdict::failed;
}

} // namespace

std::size_t RunReport::count(Verdict verdict) const
{
    return static_cast<std::size_t>(std::count_if(results.begin(), results.end(), [&](const CheckResult &result) {
        return result.verdict == verdict && result.waived.empty();
    }));
}

std::size_t RunReport::waivedCount() const
{
    return static_cast<std::size_t>(std::count_if(results.begin(), results.end(),
                                                  [](const CheckResult &result) { return !result.waived.empty(); }));
}

int RunReport::exitCode() const
{
    if (count(Verdict::crashed) > 0)
        return exitCrashes;
    return count(Verdict::failed) + count(Verdict::timedOut) > 0 ? exitFailures : exitClean;
}

void nameThePlugin(RunReport &report)
try
{
    const auto note = plugin::parseDocument("note", readPluginFile(report.plugin).note.value_or(""))
                          .extract<Poco::JSON::Object::Ptr>();
    report.id = note->getValue<std::string>("id");
    report.version = note->getValue<std::string>("version");
}
catch (const std::runtime_error &) // S01 and S02 report what is wrong with the file
{
}

bool holds(const Waiver &waiver, const std::string &today)
{
    return today <= waiver.expires;
}

void applyWaivers(CheckResult &result, const std::vector<Waiver> &waivers, const std::string &today)
{
    for (const Waiver &waiver : waivers)
        if (waiver.check == result.id && needsWaiver(result))
            apply(result, waiver, today);
}

std::vector<Waiver> unusedWaivers(const std::vector<CheckResult> &results, const std::vector<Waiver> &waivers)
{
    std::vector<Waiver> unused;
    for (const Waiver &waiver : waivers)
        if (std::any_of(results.begin(), results.end(),
                        [&](const CheckResult &result) { return result.id == waiver.check && !needsWaiver(result); }))
            unused.push_back(waiver);
    return unused;
}

} // namespace psa::check
