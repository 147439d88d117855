#include "host/check/text_report.h"

#include <iomanip>
#include <map>
#include <ostream>

namespace psa::check {
namespace {

constexpr const char *indent = "                  ";

/// A text of the report, each line of it below the title.
void printBelow(const std::string &text, std::ostream &out)
{
    out << indent;
    for (const char c : text)
    {
        out << c;
        if (c == '\n')
            out << indent;
    }
    out << '\n';
}

} // namespace

void printResult(const Check &check, const CheckResult &result, std::ostream &out)
{
    out << "  " << std::left << std::setw(10) << toText(result.verdict) << std::setw(6) << check.id << check.title
        << '\n';
    if (!result.because.empty())
        printBelow((result.verdict == Verdict::skipped ? "because " : "") + result.because, out);
    for (const Finding &finding : result.findings)
        printBelow(std::string(toText(finding.severity)) + ": " + finding.text, out);
}

void printSummary(const std::vector<CheckResult> &results, std::ostream &out)
{
    std::map<Verdict, int> counts;
    for (const CheckResult &result : results)
        ++counts[result.verdict];
    const char *separator = "";
    for (const auto &[verdict, count] : counts)
    {
        out << separator << count << ' ' << toText(verdict);
        separator = ", ";
    }
    out << '\n';
}

} // namespace psa::check
