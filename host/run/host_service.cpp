#include "host/run/host_service.h"

#include "host/observe/log.h"

#include <sstream>
#include <stdexcept>

namespace psa::run {
HostService::HostService(Parts parts)
    : parts_(std::move(parts)), plugins_(parts_.own, [this](const std::string &text) { say(PSA_LOG_WARNING, text); }),
      watchdog_({parts_.manager.watchdogTime(),
                 [this] { return parts_.own.application->stuck(stuckText("The main thread", busy_.time())); },
                 [this] { parts_.manager.alive(); }, [this](const std::string &text) { say(PSA_LOG_ERROR, text); }})
{
    parts_.file = std::filesystem::absolute(parts_.file);
    busy_.begin();
    watchdog_.start();
    parts_.manager.ready(parts_.text);
}

void HostService::look()
{
    busy_.begin();
    plugins_.look();
    if (!isReloading_ || plugins_.isBusy())
        return;
    finish();
    if (again_)
        reload();
}

void HostService::reload()
{
    again_ = isReloading_;
    if (isReloading_)
        return;
    isReloading_ = true;
    trouble_.clear();
    parts_.manager.reloading("Reloads its configuration");
    say(PSA_LOG_INFO, "psa-host reads its configuration again: " + parts_.file.string());
    if (const auto wanted = read())
    {
        apply(*wanted);
        plugins_.request();
    }
}

std::optional<config::HostConfig> HostService::read()
try
{
    return config::readConfig(parts_.file);
}
catch (const std::exception &error)
{
    refuse(error.what());
    return std::nullopt;
}

void HostService::apply(config::HostConfig wanted)
{
    if (!renewCertificate(config::withoutRestart(parts_.config, wanted)))
    {
        wanted.serve.certificate = parts_.config.serve.certificate;
        wanted.serve.key = parts_.config.serve.key;
    }
    const std::vector<config::ConfigChange> changes = config::changesBetween(parts_.config, wanted);
    const config::HostConfig next = config::withoutRestart(parts_.config, wanted);
    parts_.own.log->use(next.log);
    useNotify(next);
    parts_.own.usePlugins(next);
    parts_.config = next;
    tell(changes);
}

/// Its files may have changed although their names have not.
bool HostService::renewCertificate(const config::HostConfig &wanted)
try
{
    if (parts_.servesWeb)
        parts_.own.server->renewCertificate(wanted.serve);
    return true;
}
catch (const std::exception &error)
{
    trouble_ = std::string(error.what()) + "; the previous one stays in use.";
    say(PSA_LOG_ERROR, trouble_ + " Correct the files, and reload again.");
    return false;
}

void HostService::useNotify(const config::HostConfig &wanted)
try
{
    parts_.own.application->useNotifyFile(wanted.notify);
}
catch (const std::exception &error)
{
    trouble_ = std::string("[notify] could not be changed: ") + error.what() + ".";
    say(PSA_LOG_ERROR, trouble_ + " Reload again.");
}

void HostService::tell(const std::vector<config::ConfigChange> &changes)
{
    std::string restart;
    for (const config::ConfigChange &each : changes)
    {
        const std::string values = each.setting + " was " + each.before + " and is " + each.after;
        if (!each.needsRestart)
            say(PSA_LOG_INFO, values + (each.before == each.after ? " with another secret part" : "") + " now.");
        else
        {
            say(PSA_LOG_WARNING, each.setting + " is still " + each.before + "; " + each.after +
                                     " takes effect when psa-host is restarted.");
            restart += (restart.empty() ? "Restart psa-host for " : ", ") + each.setting;
        }
    }
    if (!restart.empty())
        trouble_ += (trouble_.empty() ? "" : " ") + restart + ".";
}

void HostService::refuse(const std::string &mistakes)
{
    std::istringstream lines(mistakes);
    for (std::string line; std::getline(lines, line);)
        say(PSA_LOG_ERROR, line);
    say(PSA_LOG_ERROR, "The configuration was not changed. Correct " + parts_.file.string() +
                           ", check it with psa-host config check, and reload again.");
    trouble_ = "The configuration was not changed: " + mistakes;
}

void HostService::finish()
{
    isReloading_ = false;
    if (trouble_.empty())
        say(PSA_LOG_INFO, "The configuration was reloaded.");
    parts_.manager.ready(parts_.text + (trouble_.empty() ? "" : " " + trouble_));
}

void HostService::stopping(std::chrono::seconds time)
{
    busy_.end();
    parts_.manager.stopping("Stops; calls in progress may finish", time);
}

void HostService::say(psa_log_level level, const std::string &text) const
{
    parts_.own.log->write(level, text);
}

} // namespace psa::run
