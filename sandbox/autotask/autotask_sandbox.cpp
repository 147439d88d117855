#include "sandbox/autotask/autotask_sandbox.h"

#include "sandbox/autotask/service.h"
#include "sandbox/autotask/switches.h"
#include "sandbox/common/fingerprint.h"

namespace psa::sandbox {
namespace {

const std::vector<std::string> certificateNames = {"DNS:*.autotask.net", "DNS:localhost", "IP:127.0.0.1"};

/// The secret of a state folder, made on first use.
std::string secretIn(const std::filesystem::path &file)
{
    if (!std::filesystem::exists(file))
        replaceFile(file, randomSecret() + "\n", 0600);
    std::string secret = readFile(file);
    while (!secret.empty() && secret.back() == '\n')
        secret.pop_back();
    return secret;
}

} // namespace

struct AutotaskSandbox::Parts
{
    StateFolder folder;
    std::filesystem::path secretFile;
    SandboxClock clock{};
    Switches switches;
    FaultSet faults{};
    RequestLog log;
    autotask::AutotaskService service;
    SandboxServers servers;

    explicit Parts(const AutotaskOptions &options)
        : folder(options.stateFolder), secretFile(folder.path() / "autotask.secret"), switches(autotask::switches()),
          log(clock), service(setup(options), clock, switches),
          servers(options, folder.path(), certificateNames, controlled())
    {
    }
    autotask::AutotaskService::Setup setup(const AutotaskOptions &options) const
    {
        return {options.tenantJson.empty() ? autotask::defaultTenant : options.tenantJson, options.user, options.zone,
                secretIn(secretFile), options.http};
    }
    Controlled controlled() { return {service, faults, switches, log, clock}; }
};

AutotaskSandbox::AutotaskSandbox(const AutotaskOptions &options) : parts_(std::make_unique<Parts>(options)) {}

AutotaskSandbox::~AutotaskSandbox() = default;

std::uint16_t AutotaskSandbox::port() const
{
    return parts_->servers.port();
}

std::uint16_t AutotaskSandbox::controlPort() const
{
    return parts_->servers.controlPort();
}

std::filesystem::path AutotaskSandbox::caFile() const
{
    return parts_->servers.caFile();
}

std::filesystem::path AutotaskSandbox::secretFile() const
{
    return parts_->secretFile;
}

std::string AutotaskSandbox::user() const
{
    return parts_->service.user();
}

std::string AutotaskSandbox::secret() const
{
    return parts_->service.secret();
}

std::string AutotaskSandbox::integrationCode() const
{
    return parts_->service.integrationCode();
}

int AutotaskSandbox::zone() const
{
    return static_cast<int>(parts_->service.zone());
}

autotask::Truth AutotaskSandbox::truth() const
{
    return parts_->service.truth();
}

std::size_t AutotaskSandbox::requests(const std::string &route) const
{
    const auto counts = parts_->log.counts();
    const auto found = counts.byRoute.find(route);
    return found == counts.byRoute.end() ? 0 : found->second;
}

std::size_t AutotaskSandbox::requests() const
{
    return parts_->log.counts().total;
}

std::vector<RequestLog::Entry> AutotaskSandbox::lastRequests(std::size_t count) const
{
    return parts_->log.last(count);
}

void AutotaskSandbox::addFault(const std::string &rule)
{
    parts_->faults.add(*parseObject(rule));
}

void AutotaskSandbox::clearFaults()
{
    parts_->faults.clear();
}

void AutotaskSandbox::setSwitch(const std::string &name, const std::string &value)
{
    parts_->switches.set(name, value);
}

void AutotaskSandbox::changeTenant(const std::string &changes)
{
    parts_->service.change(*parseObject(changes));
}

void AutotaskSandbox::advance(std::chrono::milliseconds by)
{
    parts_->clock.advance(by);
}

void AutotaskSandbox::reset()
{
    resetAll(parts_->controlled());
}

} // namespace psa::sandbox
