#include "sandbox/autotask/autotask_sandbox.h"

#include "sandbox/autotask/service.h"

namespace psa::sandbox::autotask {

AutotaskSandbox::AutotaskSandbox(const AutotaskOptions &options)
    : Simulator(options, "autotask.secret", autotask::switches())
{
    const AutotaskService::Setup setup{options.tenantJson.empty() ? defaultTenant : options.tenantJson, options.user,
                                       options.zone, firstSecret(), options.http};
    auto service = std::make_unique<AutotaskService>(setup, clock(), switches());
    service_ = service.get();
    serve(std::move(service), {"DNS:*.autotask.net", "DNS:localhost", "IP:127.0.0.1"});
}

std::string AutotaskSandbox::user() const
{
    return service_->user();
}

std::string AutotaskSandbox::secret() const
{
    return service_->secret();
}

std::string AutotaskSandbox::integrationCode() const
{
    return service_->integrationCode();
}

int AutotaskSandbox::zone() const
{
    return static_cast<int>(service_->zone());
}

Truth AutotaskSandbox::truth() const
{
    return service_->truth();
}

} // namespace psa::sandbox::autotask
