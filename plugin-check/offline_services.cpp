#include "plugin-check/offline_services.h"

#include "host/net/egress_policy.h"
#include "host/net/http_client.h"
#include "host/net/secret_registry.h"
#include "host/net/value_cache.h"

#include <Poco/JSON/Array.h>

namespace psa::check {

host::HttpResponse ScriptedTransport::exchange(const host::HttpsUrl &, const host::HttpRequest &request,
                                               const host::Stop &stop)
{
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
    }
    return answer_(request, stop);
}

std::vector<host::HttpRequest> ScriptedTransport::requests() const
{
    const std::lock_guard lock(mutex_);
    return requests_;
}

std::shared_ptr<ScriptedTransport> unreachableNetwork()
{
    return std::make_shared<ScriptedTransport>([](const host::HttpRequest &, const host::Stop &) {
        host::HttpResponse response;
        response.reason = host::Reason::connect;
        response.detail = "connection refused";
        return response;
    });
}

host::CallContext servicesOver(std::shared_ptr<host::Transport> transport, const Poco::JSON::Object &descriptor)
{
    host::CallContext services;
    services.clock = std::make_shared<host::SystemClock>();
    services.cache = std::make_shared<host::ValueCache>(services.clock);
    host::BudgetRegistry budgets(services.clock);
    services.http = std::make_shared<host::HttpClient>(host::HttpClient::Parts{
        std::move(transport),
        std::make_shared<host::EgressPolicy>(host::allowedHosts(descriptor), std::vector<std::string>()),
        budgets.forConnection("check", {}, {}), std::make_shared<host::SecretRegistry>(), services.clock});
    return services;
}

} // namespace psa::check
