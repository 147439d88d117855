#pragma once

#include "host/net/http_types.h"
#include "host/plugin/call_context.h"
#include "plugin-check/call_record.h"

#include <Poco/JSON/Object.h>
#include <psa/plugin.h>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace psa::check {

class CheckContext;
class PluginUnderCheck;
struct CallWay;

/// A network implemented by one function; records the requests.
class ScriptedTransport : public net::Transport
{
public:
    using Answer = std::function<net::HttpResponse(const net::HttpRequest &request, const net::Stop &stop)>;
    explicit ScriptedTransport(Answer answer) : answer_(std::move(answer)) {}

    net::HttpResponse exchange(const net::HttpsUrl &url, const net::HttpRequest &request,
                               const net::Stop &stop) override;

    /// Each request so far, secrets included.
    std::vector<net::HttpRequest> requests() const;

private:
    Answer answer_;
    mutable std::mutex mutex_; ///< Guards the members below.
    std::vector<net::HttpRequest> requests_;
};

/// A network without any reachable address.
std::shared_ptr<ScriptedTransport> unreachableNetwork();

/// The services of a connection whose requests go to `transport`: with the egress policy of `descriptor`, without
/// limits, with an empty cache, and without known secrets, so that the plugin's texts are seen unredacted.
plugin::CallContext servicesOver(std::shared_ptr<net::Transport> transport, const Poco::JSON::Object &descriptor);

/// Calls test, create_ticket and every extension function that the plugin offers on `instance`, which must be
/// configured.
std::vector<CallRecord> callAllVerbs(CheckContext &context, PluginUnderCheck &plugin, psa_instance *instance,
                                     const CallWay &way);

/// A whole lifecycle without a network: describe, create, configure with valid and invalid values, every verb without
/// services and with a network that is down, destroy. Ends the check if the plugin does not get that far.
std::vector<CallRecord> liveOffline(CheckContext &context, PluginUnderCheck &plugin);

} // namespace psa::check
