#include "host/net/egress_config.h"

#include "host/net/socket_transport.h"
#include "host/net/tls_connection.h"

#include <csignal>
#include <stdexcept>

namespace psa::net {

std::shared_ptr<const NetRuntime> makeNetRuntime(const EgressConfig &config)
{
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        throw std::runtime_error("SIGPIPE cannot be ignored: a peer that closes would end psa-host");
    auto runtime = std::make_shared<NetRuntime>();
    runtime->resolver = std::make_shared<SystemResolver>();
    runtime->watchdog = std::make_shared<Watchdog>();
    runtime->tls = makeTlsContext(config.caFile);
    runtime->addresses = AddressPolicy(config.allowedNetworks);
    runtime->connectTo = config.connectTo;
    return runtime;
}

} // namespace psa::net
