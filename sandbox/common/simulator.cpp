#include "sandbox/common/simulator.h"

#include "sandbox/common/fingerprint.h"

namespace psa::sandbox {
namespace {

/// The secret of a state folder, generated on first use.
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

Simulator::Simulator(const SandboxOptions &options, const std::string &secretName, std::vector<SwitchInfo> switches)
    : options_(options), folder_(options.stateFolder), secretFile_(folder_.path() / secretName),
      secret_(secretIn(secretFile_)), switches_(std::move(switches))
{
}

Simulator::~Simulator() = default;

void Simulator::serve(std::unique_ptr<Service> service, const std::vector<std::string> &names)
{
    service_ = std::move(service);
    servers_ = std::make_unique<SandboxServers>(options_, folder_.path(), names, controlled());
}

std::uint16_t Simulator::port() const
{
    return servers_->port();
}

std::uint16_t Simulator::controlPort() const
{
    return servers_->controlPort();
}

std::filesystem::path Simulator::caFile() const
{
    return servers_->caFile();
}

std::size_t Simulator::requests(const std::string &route) const
{
    const auto counts = log_.counts();
    const auto found = counts.byRoute.find(route);
    return found == counts.byRoute.end() ? 0 : found->second;
}

std::size_t Simulator::requests() const
{
    return log_.counts().total;
}

std::vector<RequestLog::Entry> Simulator::lastRequests(std::size_t count) const
{
    return log_.last(count);
}

void Simulator::addFault(const std::string &rule)
{
    faults_.add(*parseObject(rule));
}

void Simulator::clearFaults()
{
    faults_.clear();
}

void Simulator::setSwitch(const std::string &name, const std::string &value)
{
    switches_.set(name, value);
}

void Simulator::changeTenant(const std::string &changes)
{
    service_->change(*parseObject(changes));
}

std::int64_t Simulator::act(const std::string &humanAct)
{
    return service_->act(readHumanAct(*parseObject(humanAct)));
}

void Simulator::advance(std::chrono::milliseconds by)
{
    clock_.advance(by);
}

void Simulator::reset()
{
    resetAll(controlled());
}

} // namespace psa::sandbox
