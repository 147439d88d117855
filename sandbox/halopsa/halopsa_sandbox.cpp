#include "sandbox/halopsa/halopsa_sandbox.h"

#include "sandbox/halopsa/service.h"

namespace psa::sandbox::halopsa {

HaloPsaSandbox::HaloPsaSandbox(const HaloPsaOptions &options)
    : Simulator(options, "halopsa.secret", halopsa::switches())
{
    const HaloPsaService::Setup setup{options.tenantJson.empty() ? defaultTenant : options.tenantJson, options.tenant,
                                      options.site, firstSecret(), options.http};
    auto service = std::make_unique<HaloPsaService>(setup, clock(), switches());
    service_ = service.get();
    std::vector<std::string> names = {"DNS:*.halopsa.com", "DNS:*.haloservicedesk.com", "DNS:*.haloitsm.com",
                                      "DNS:localhost", "IP:127.0.0.1"};
    if (!options.site.empty())
        names.push_back("DNS:" + options.site);
    serve(std::move(service), names);
}

std::string HaloPsaSandbox::tenant() const
{
    return service_->tenant();
}

std::string HaloPsaSandbox::site() const
{
    return service_->site();
}

std::string HaloPsaSandbox::clientId() const
{
    return service_->clientId();
}

std::string HaloPsaSandbox::clientSecret() const
{
    return service_->clientSecret();
}

std::vector<std::string> HaloPsaSandbox::tokens() const
{
    return service_->tokens();
}

Truth HaloPsaSandbox::truth() const
{
    return service_->truth();
}

} // namespace psa::sandbox::halopsa
