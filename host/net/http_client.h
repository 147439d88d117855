#pragma once

#include "host/clock/clock.h"
#include "host/net/budget.h"
#include "host/net/http_types.h"

#include <memory>
#include <optional>
#include <string>

namespace psa::net {

class EgressPolicy;
class HttpsUrl;
class SecretRegistry;
class Transport;

/// The host's HTTP service for one connection to a PSA: all requests of its plugin go through it, and it enforces all
/// rules. Thread-safe.
class HttpClient
{
public:
    /// None may be null.
    struct Parts
    {
        std::shared_ptr<Transport> transport;
        std::shared_ptr<const EgressPolicy> policy;
        Budget budget;
        std::shared_ptr<SecretRegistry> secrets;
        std::shared_ptr<const clock::Clock> clock;
    };

    /// How one request is sent.
    struct Sending
    {
        Stop stop;
        bool dryRun = false; ///< Withhold changing requests; reads are sent.
        ExchangeObserver observer = nullptr;
        BudgetUse use = BudgetUse::ordinary;
        /// Why it must not be sent, whatever the other rules say; it is then reported and observed as not sent.
        std::optional<std::string> refusal = std::nullopt;
    };

    explicit HttpClient(Parts parts);

    /// Sends `request`, a changing one at most once. Every result is reported in the response, whose texts are free of
    /// secrets; headers and body are as the peer sent them.
    HttpResponse send(const HttpRequest &request, const Sending &sending);

    SecretRegistry &secrets() const { return *parts_.secrets; }
    BudgetUsage usage() const { return parts_.budget.usage(); }
    std::set<std::string> budgetGroups() const { return parts_.budget.groups(); }

private:
    HttpResponse pass(const HttpRequest &request, const Sending &sending);
    HttpResponse sendWithinBudget(const HttpsUrl &url, const HttpRequest &request, const Stop &stop, BudgetUse use);
    HttpResponse leave(const HttpsUrl &url, const HttpRequest &request, const Stop &stop);
    void observe(const HttpRequest &request, const HttpResponse &response, std::chrono::microseconds took,
                 const ExchangeObserver &observer) const;

    Parts parts_;
};

} // namespace psa::net
