#include "host/plugin/plugin_loader.h"

#include "host/json/utf8.h"
#include "host/plugin/load_report.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_start.h"
#include "host/plugin/trusted_file.h"

#include <algorithm>

namespace psa::plugin {
namespace {

bool isBelow(const std::filesystem::path &path, const std::filesystem::path &folder)
{
    const auto mismatch = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return mismatch.first == folder.end() || mismatch.first->empty();
}

/// The first folder of `path` that does not exist.
std::filesystem::path firstMissing(const std::filesystem::path &path)
{
    std::filesystem::path walked;
    for (const auto &part : path)
    {
        walked /= part;
        std::error_code ignored; // an inaccessible folder counts as existing: the caller reports that error
        if (!std::filesystem::exists(walked, ignored) && !ignored)
            break;
    }
    return walked;
}

} // namespace

struct PluginLoader::Attempt
{
    LoadReport report;
    std::unique_ptr<TrustedFile> file;
};

PluginLoader::PluginLoader(PluginLog log, LoaderPolicy policy, HostAbi abi)
    : log_(std::move(log)), policy_(std::move(policy)), abi_(abi)
{
}

LoadReport PluginLoader::load(const std::filesystem::path &file)
{
    const auto start = std::chrono::steady_clock::now();
    Attempt attempt;
    attempt.report.file = file;
    try
    {
        run(attempt);
        attempt.report.state = LoadState::ready;
    }
    catch (const Refusal &refusal)
    {
        attempt.report.state = refusal.state;
        attempt.report.expected = refusal.expected;
        attempt.report.found = json::printable(refusal.found); // it may quote the plugin
        attempt.report.advice = refusal.advice;
    }
    attempt.report.took =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    if (attempt.report.state == LoadState::ready)
        ready_[{attempt.file->device(), attempt.file->inode()}] = attempt.report;
    return attempt.report;
}

void PluginLoader::run(Attempt &attempt) const
{
    open(attempt);
    checkPin(attempt.report);
    checkSame(attempt);
    const PluginAbi note = inspectPlugin(*attempt.file, abi_, attempt.report);
    if (policy_.wanted && !policy_.wanted(attempt.report))
        throw Refusal{LoadState::notLoaded, "", "", ""};
    checkDuplicate(attempt.report);
    const auto plugin = std::make_shared<LoadedPlugin>();
    plugin->id = attempt.report.id;
    plugin->version = attempt.report.version;
    plugin->path = attempt.report.file;
    plugin->sha256 = attempt.report.sha256;
    plugin->copy = runner::sealedCopy(attempt.file->bytes());
    plugin->launcher = policy_.launcher ? policy_.launcher : runner::runnerProgram();
    plugin->abi = note;
    plugin->hostAbi = abi_;
    plugin->services = policy_.services;
    startPlugin(*plugin, policy_.startDeadline, log_);
    attempt.report.plugin = plugin;
}

std::vector<LoadReport> PluginLoader::loadFolder(const std::filesystem::path &folder)
{
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (auto entry = std::filesystem::directory_iterator(folder, error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
        if (entry->path().extension() == ".so")
            files.push_back(entry->path());
    if (error)
    {
        LoadReport report;
        report.file = folder;
        report.expected = "a folder with plugins";
        report.found = "searched for " + (folder / "*.so").string() + ": " + error.message();
        if (error == std::errc::no_such_file_or_directory)
            report.found += " (" + firstMissing(folder).string() + " is missing)";
        report.advice = "Create the folder, or correct \"folders\" under [plugins] in the configuration file.";
        return {report};
    }
    std::sort(files.begin(), files.end());
    std::vector<LoadReport> reports;
    reports.reserve(files.size());
    for (const auto &file : files)
        reports.push_back(load(file));
    return reports;
}

void PluginLoader::open(Attempt &attempt) const
{
    const std::filesystem::path path = attempt.report.file;
    attempt.report.pathTrustedBySwitch = std::any_of(policy_.trustedPaths.begin(), policy_.trustedPaths.end(),
                                                     [&](const auto &trusted) { return isBelow(path, trusted); });
    try
    {
        attempt.file = std::make_unique<TrustedFile>(TrustedFile::open(path, attempt.report.pathTrustedBySwitch));
        attempt.report.sha256 = attempt.file->sha256();
    }
    catch (const os::PathRefused &refused)
    {
        throw Refusal{refused.notFound ? LoadState::notFound : LoadState::untrustedPath,
                      refused.component + ": " + refused.expected, refused.found, refused.advice};
    }
    catch (const std::exception &error)
    {
        throw Refusal{LoadState::notAPlugin, "a readable plugin file", error.what(), rebuildAdvice};
    }
}

void PluginLoader::checkPin(const LoadReport &report) const
{
    auto pin = policy_.pins.find(report.file);
    if (pin == policy_.pins.end())
        pin = policy_.pins.find(std::filesystem::path(report.file).filename());
    if (pin != policy_.pins.end() && pin->second != report.sha256)
        throw Refusal{LoadState::untrustedDigest, "SHA-256 " + pin->second, "SHA-256 " + report.sha256,
                      "If you installed this build intentionally, set \"" + pin->first + "\" = \"" + report.sha256 +
                          "\" under [plugins.pins] in the configuration file."};
}

void PluginLoader::checkSame(const Attempt &attempt) const
{
    const auto same = ready_.find({attempt.file->device(), attempt.file->inode()});
    // A new file may reuse the inode of a removed one.
    if (same != ready_.end() && same->second.sha256 == attempt.report.sha256)
        throw Refusal{LoadState::duplicate, "each file only once",
                      "the file that is loaded already as " + same->second.file,
                      "Remove one of the two names from the configuration or the folder."};
}

void PluginLoader::checkDuplicate(const LoadReport &report) const
{
    for (const auto &[inode, other] : ready_)
        if (other.state == LoadState::ready && other.id == report.id && other.version == report.version)
            throw Refusal{LoadState::duplicate, "each build only once",
                          report.build() + " is loaded already from " + other.file,
                          "Remove one of the two files, or give the newer build a version of its own."};
}

} // namespace psa::plugin
