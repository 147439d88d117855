#include "sandbox/connectwise/connectwise_sandbox.h"

#include "sandbox/connectwise/service.h"

namespace psa::sandbox::connectwise {

ConnectWiseSandbox::ConnectWiseSandbox(const ConnectWiseOptions &options)
    : Simulator(options, "connectwise.secret", connectwise::switches())
{
    const ConnectWiseService::Setup setup{options.tenantJson.empty() ? defaultTenant : options.tenantJson,
                                          options.company, options.site, firstSecret(), options.http};
    auto service = std::make_unique<ConnectWiseService>(setup, clock(), switches());
    service_ = service.get();
    std::vector<std::string> names = {"DNS:*.myconnectwise.net", "DNS:*.connectwisedev.com", "DNS:localhost",
                                      "IP:127.0.0.1"};
    if (!options.site.empty())
        names.push_back("DNS:" + options.site);
    serve(std::move(service), names);
}

std::string ConnectWiseSandbox::company() const
{
    return service_->company();
}

std::string ConnectWiseSandbox::publicKey() const
{
    return service_->publicKey();
}

std::string ConnectWiseSandbox::privateKey() const
{
    return service_->privateKey();
}

std::string ConnectWiseSandbox::clientId() const
{
    return service_->clientId();
}

std::string ConnectWiseSandbox::site() const
{
    return service_->site();
}

std::string ConnectWiseSandbox::codebase() const
{
    return service_->codebase();
}

Truth ConnectWiseSandbox::truth() const
{
    return service_->truth();
}

} // namespace psa::sandbox::connectwise
