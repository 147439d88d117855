#include "plugin-check/run_report.h"

#include <iomanip>
#include <ostream>

namespace psa::check {
namespace {

constexpr std::size_t shownOutput = 2000;

/// A text of the report, each of its lines below the title.
void printBelow(const std::string &text, std::ostream &out)
{
    constexpr const char *indent = "                  ";
    out << indent;
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        out << text[i];
        if (text[i] == '\n' && i + 1 < text.size())
            out << indent;
    }
    if (text.empty() || text.back() != '\n')
        out << '\n';
}

std::string waiverText(const AppliedWaiver &waiver)
{
    return "waived until " + waiver.expires + ": " + (waiver.reason.empty() ? "no reason given" : waiver.reason);
}

} // namespace

void printHead(const RunReport &report, std::ostream &out)
{
    out << report.plugin.string();
    if (!report.id.empty())
        out << ": " << report.id << ' ' << report.version;
    out << ", level " << report.level << ", seed " << report.seed << '\n';
}

void printResult(const Check &check, const CheckResult &result, std::ostream &out)
{
    const std::string verdict = result.waived.empty() ? toText(result.verdict) : "waived";
    out << "  " << std::left << std::setw(10) << verdict << std::setw(6) << check.id << check.title << '\n';
    for (const AppliedWaiver &waiver : result.waived)
        printBelow(waiverText(waiver), out);
    if (!result.because.empty())
        printBelow((result.verdict == Verdict::skipped ? "because " : "") + result.because, out);
    for (const Finding &finding : result.findings)
        printBelow(std::string(toText(finding.severity)) + ": " + finding.text, out);
    if (!result.output.empty() && result.verdict >= Verdict::failed)
        printBelow("its output:\n" + result.output.substr(0, shownOutput), out);
}

void printSummary(const RunReport &report, std::ostream &out)
{
    for (const Waiver &waiver : report.unused)
        out << "The waiver of " << waiver.check << " is not needed any more: remove it.\n";
    for (const Verdict verdict :
         {Verdict::ok, Verdict::warning, Verdict::skipped, Verdict::failed, Verdict::timedOut, Verdict::crashed})
        if (const std::size_t count = report.count(verdict); count > 0 || verdict == Verdict::ok)
            out << (verdict == Verdict::ok ? "" : ", ") << count << ' ' << toText(verdict);
    if (report.waivedCount() > 0)
        out << ", " << report.waivedCount() << " waived";
    out << '\n';
    if (report.exitCode() == exitClean)
        return;
    for (const CheckResult &result : report.results)
        if (result.verdict >= Verdict::failed && result.waived.empty())
        {
            const std::string about =
                (report.settings ? " --config " + report.settings->string() : "") + ' ' + report.plugin.string() + '\n';
            out << "To explain a check: psa-plugin-check explain " << result.id
                << "\nTo repeat: psa-plugin-check reproduce " << result.id << " --seed " << result.seed
                << (report.confined ? "" : " --no-sandbox") << about;
            if (result.verdict == Verdict::crashed)
                out << "To debug: gdb --args psa-plugin-check --no-sandbox --in-process --level " << report.level
                    << " --only '^" << result.id << "$' --seed " << result.seed << about;
            return;
        }
}

} // namespace psa::check
