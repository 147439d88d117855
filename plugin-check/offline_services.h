#pragma once

#include "host/net/http_types.h"
#include "host/plugin/call_context.h"

#include <Poco/JSON/Object.h>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace psa::check {

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

} // namespace psa::check
