#include "plugin-check/offline_services.h"

#include "host/net/egress_policy.h"
#include "host/net/http_client.h"
#include "host/net/secret_registry.h"
#include "host/net/value_cache.h"

#include <Poco/JSON/Array.h>

namespace psa::check {

net::HttpResponse ScriptedTransport::exchange(const net::HttpsUrl &, const net::HttpRequest &request,
                                              const net::Stop &stop)
{
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
    }
    return answer_(request, stop);
}

std::vector<net::HttpRequest> ScriptedTransport::requests() const
{
    const std::lock_guard lock(mutex_);
    return requests_;
}

std::shared_ptr<ScriptedTransport> unreachableNetwork()
{
    return std::make_shared<ScriptedTransport>([](const net::HttpRequest &, const net::Stop &) {
        net::HttpResponse response;
        response.reason = net::Reason::connect;
        response.detail = "connection refused";
        return response;
    });
}

plugin::CallContext servicesOver(std::shared_ptr<net::Transport> transport, const Poco::JSON::Object &descriptor)
{
    plugin::CallContext services;
    services.clock = std::make_shared<clock::SystemClock>();
    services.cache = std::make_shared<net::ValueCache>(services.clock);
    net::BudgetRegistry budgets(services.clock);
    services.http = std::make_shared<net::HttpClient>(net::HttpClient::Parts{
        std::move(transport),
        std::make_shared<net::EgressPolicy>(plugin::allowedHosts(descriptor), std::vector<std::string>()),
        budgets.forConnection("check", {}, {}), std::make_shared<net::SecretRegistry>(), services.clock});
    return services;
}

} // namespace psa::check
