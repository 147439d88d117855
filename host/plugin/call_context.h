#pragma once

#include "host/clock/clock.h"
#include "host/net/budget.h"
#include "host/net/http_types.h"
#include "host/plugin/negotiation.h"

#include <psa/plugin.h>

#include <functional>
#include <memory>
#include <string>

namespace psa::net {
class HttpClient;
class KeptSecrets;
class SecretRegistry;
class ValueCache;
} // namespace psa::net

namespace psa::plugin {

/// Receives the log lines of plugins: valid UTF-8, no control characters except line feed and tab. Called from any
/// thread, by a stray or lost one even after everything else has ended: it must own what it uses.
using PluginLog = std::function<void(psa_log_level, const std::string &)>;

/// What one call may use of the host: the services of its connection. A null member is not available in this call
/// (describe and create have none).
struct CallContext
{
    std::shared_ptr<net::HttpClient> http;
    std::shared_ptr<net::ValueCache> cache;
    std::shared_ptr<net::KeptSecrets> keptSecrets;
    std::shared_ptr<const clock::Clock> clock;
    /// The instance's secrets, in addition to those that `http` knows.
    std::shared_ptr<const net::SecretRegistry> secrets;
    bool dryRun = false;                           ///< Changing requests are withheld and only shown.
    net::BudgetUse use = net::BudgetUse::ordinary; ///< The purpose of its requests.
    net::ExchangeObserver observer = nullptr;      ///< Gets every exchange, free of secrets.
    std::function<bool()> mayLeave = nullptr;      ///< See net::Stop.
    PluginLog log = nullptr;                       ///< Replaces the instance's log.
    PluginAbi abi{};                               ///< What the plugin states; Instance sets it.
};

/// How far the changing requests of one call got, as seen by the host, whatever the plugin reports. A higher value is
/// worse.
enum class MutationSeen
{
    none,     ///< No changing request was made.
    withheld, ///< Withheld in a dry run.
    notSent,  ///< None was sent.
    answered, ///< Each one that was sent got a response.
    noAnswer  ///< One was sent and got no usable response.
};

} // namespace psa::plugin
