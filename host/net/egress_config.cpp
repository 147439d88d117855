#include "host/net/egress_config.h"

#include "host/net/socket_transport.h"
#include "host/net/tls_context.h"

#include <csignal>

namespace psa::host {

std::shared_ptr<const NetRuntime> makeNetRuntime(const EgressConfig &config)
{
    std::signal(SIGPIPE, SIG_IGN);
    auto runtime = std::make_shared<NetRuntime>();
    runtime->resolver = std::make_shared<SystemResolver>();
    runtime->watchdog = std::make_shared<Watchdog>();
    runtime->tls = makeTlsContext(config.caFile);
    runtime->addresses = AddressPolicy(config.allowedNetworks);
    runtime->connectTo = config.connectTo;
    return runtime;
}

} // namespace psa::host
