#include "host/plugin/load_report.h"

#include "host/json/utf8.h"

#include <Poco/String.h>

#include <array>

namespace psa::plugin {

const char *toText(LoadState state)
{
    static constexpr std::array names = {
        "ready",     "not found", "untrusted path",    "untrusted digest", "not a plugin", "wrong architecture",
        "too old",   "too new",   "missing functions", "refused",          "init failed",  "crashed in probe",
        "duplicate", "not loaded"};
    static_assert(names.size() == static_cast<std::size_t>(LoadState::notLoaded) + 1);
    const auto at = static_cast<std::size_t>(state); // may be a number that a child process sent
    return at < names.size() ? names[at] : "unknown";
}

std::string troubleOf(const LoadReport &report)
{
    std::string text = report.file + ": " + toText(report.state);
    if (!report.found.empty())
        text += ", " + report.found;
    return json::sentences(text, report.advice);
}

std::string listed(const std::vector<std::string> &items)
{
    return items.empty() ? "none" : Poco::cat(std::string(", "), items.begin(), items.end());
}

} // namespace psa::plugin
