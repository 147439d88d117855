#pragma once

#include "host/clock/clock.h"
#include "host/net/budget.h"
#include "host/net/exchange.h"

#include <psa/plugin.h>

#include <functional>
#include <memory>
#include <string>

namespace psa::net {
class HttpClient;
class SecretRegistry;
class ValueCache;
} // namespace psa::net

namespace psa::plugin {

/// Receives the log lines of plugins: valid UTF-8, no control characters but line feed and tab. Called from any thread,
/// by a stray or lost one even when all else has ended: it must own what it touches.
using PluginLog = std::function<void(psa_log_level, const std::string &)>;

/// What one call may use of the host: the services of the connection it is made for. A member that is null is not
/// offered in this call (describe and create have none).
struct CallContext
{
    std::shared_ptr<net::HttpClient> http;
    std::shared_ptr<net::ValueCache> cache;
    std::shared_ptr<const clock::Clock> clock;
    std::shared_ptr<const net::SecretRegistry> secrets; ///< Of the instance, beside those that `http` knows of.
    bool dryRun = false;                                ///< Requests that mutate are withheld and only shown.
    net::BudgetUse use = net::BudgetUse::ordinary;      ///< What its requests are for.
    net::ExchangeObserver observer = nullptr;           ///< Gets every exchange, free of secrets.
    PluginLog log = nullptr;                            ///< In place of the instance's.
};

/// How far the changing requests of one call got: what the host saw, whatever the plugin reports. A later value
/// is worse.
enum class MutationSeen
{
    none,     ///< It sent none.
    withheld, ///< A dry run held it back.
    notSent,  ///< None left the host.
    answered, ///< Each that left was answered.
    noAnswer  ///< One left and got no usable answer.
};

} // namespace psa::plugin
