#include "host/plugin/build_choice.h"

#include "host/plugin/loaded_plugin.h"

#include <filesystem>

namespace psa::plugin {
namespace {

using Reports = std::vector<const LoadReport *>;

std::string whySeveral(const Reports &ready, const std::string &name)
{
    std::string builds;
    std::string choices;
    for (const LoadReport *report : ready)
    {
        const bool isLast = report == ready.back();
        builds += (builds.empty() ? "" : isLast ? " and " : ", ") + report->build() + " from " + report->file;
        choices += (choices.empty() ? "" : isLast ? " or " : ", ") + report->build();
    }
    return '"' + name + "\" matches " + std::to_string(ready.size()) + " builds: " + builds +
           ". Name one of them by its version or its file: " + choices + '.';
}

std::string whyNotReady(const Reports &others, const std::string &name)
{
    std::string why = "The plugin \"" + name + "\" is not ready.";
    for (const LoadReport *report : others)
        why += ' ' + troubleOf(*report);
    return why;
}

std::string whyNone(const std::vector<LoadReport> &reports, const std::string &name)
{
    std::string there;
    for (const LoadReport &report : reports)
    {
        there += (there.empty() ? "" : ", ") + (report.id.empty() ? report.file : report.build());
        if (report.state != LoadState::ready && report.state != LoadState::notLoaded)
            there += std::string(" (") + toText(report.state) + ')';
    }
    return "There is no plugin \"" + name + "\". Found: " + (there.empty() ? "none" : there) +
           ". See more with: psa-host plugins list";
}

} // namespace

bool isPluginFile(const std::string &name)
{
    return name.find('/') != std::string::npos || std::filesystem::path(name).extension() == ".so";
}

bool isNamed(const LoadReport &report, const std::string &name)
{
    if (isPluginFile(name))
        return std::filesystem::path(name).lexically_normal() == report.file;
    return !report.id.empty() && (name == report.id || name == report.build());
}

std::string fullName(const std::string &plugin)
{
    return isPluginFile(plugin) ? std::filesystem::absolute(plugin).lexically_normal().string() : plugin;
}

std::string pluginIdOf(const std::string &build)
{
    return build.substr(0, build.find('@'));
}

BuildChoice chooseBuild(const std::vector<LoadReport> &reports, const std::string &name)
{
    Reports ready;
    Reports others;
    for (const LoadReport &report : reports)
        if (isNamed(report, name))
            (report.plugin ? ready : others).push_back(&report);
    if (ready.size() == 1)
        return {BuildChoice::Kind::one, ready[0]->plugin, ""};
    if (ready.size() > 1)
        return {BuildChoice::Kind::several, nullptr, whySeveral(ready, name)};
    if (!others.empty())
        return {BuildChoice::Kind::notReady, nullptr, whyNotReady(others, name)};
    return {BuildChoice::Kind::none, nullptr, whyNone(reports, name)};
}

} // namespace psa::plugin
