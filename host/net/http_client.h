#pragma once

#include "host/clock/clock.h"
#include "host/net/budget.h"
#include "host/net/exchange.h"
#include "host/net/http_types.h"

#include <memory>
#include <optional>
#include <string>

namespace psa::net {

class EgressPolicy;
class HttpsUrl;
class SecretRegistry;
class Transport;

/// The host's HTTP service for one connection to a PSA: every request of its plugin passes here, and every rule is kept
/// here. From any thread, by several at once.
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
        bool dryRun = false; ///< Hold back what mutates; reads pass.
        ExchangeObserver observer = nullptr;
        BudgetUse use = BudgetUse::ordinary;
        /// Why it must not be sent, whatever the other rules say; it is then answered and observed as not sent.
        std::optional<std::string> refusal = std::nullopt;
    };

    explicit HttpClient(Parts parts);

    /// Sends `request` at most once if it mutates. Everything that can happen is in the response; its texts are free of
    /// secrets, its headers and body are as the peer sent them.
    HttpResponse send(const HttpRequest &request, const Sending &sending);

    SecretRegistry &secrets() const { return *parts_.secrets; }
    BudgetUsage usage() const { return parts_.budget.usage(); }

private:
    HttpResponse pass(const HttpRequest &request, const Sending &sending);
    HttpResponse sendWithinBudget(const HttpsUrl &url, const HttpRequest &request, const Stop &stop, BudgetUse use);
    void observe(const HttpRequest &request, const HttpResponse &response, std::chrono::microseconds took,
                 const ExchangeObserver &observer) const;

    Parts parts_;
};

} // namespace psa::net
