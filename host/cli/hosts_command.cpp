#include "host/cli/api_client.h"
#include "host/cli/exit_code.h"
#include "host/cli/host_commands.h"

#include <Poco/JSON/Array.h>

#include <ostream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

void printHost(const Object &host, std::ostream &out)
{
    out << host.getValue<std::string>("name") << "  " << host.getValue<std::string>("state") << "  psa-host "
        << host.getValue<std::string>("version") << ", seen " << host.getValue<std::string>("seenAt");
    if (host.has("address"))
        out << ", at " << host.getValue<std::string>("address");
    out << '\n';
    const Array::Ptr leases = host.getArray("leases");
    for (unsigned i = 0; i < leases->size(); ++i)
    {
        const Object::Ptr lease = leases->getObject(i);
        const std::string of = lease->getValue<std::string>("of");
        const auto kind = lease->getValue<std::string>("kind");
        if (kind != "quota") // its name is for machines, and its host counts for all
            out << "  " << kind << ' ' << lease->optValue<std::string>("name", of) << '\n';
    }
}

void printDuty(const Object &duty, std::ostream &out)
{
    const auto host = duty.getValue<std::string>("host");
    const auto began = duty.getValue<std::string>("beganAt");
    const auto ended = duty.optValue<std::string>("endedAt", "");
    out << duty.getValue<std::string>("name") << ' '
        << (ended < began ? "runs on " + host + " since " + began : "last completed by " + host + " at " + ended)
        << '\n';
}

} // namespace

int listHosts(const config::HostConfig &config, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr found = askFor(host, apiRequest("GET", "/v1/hosts"), streams.log);
        if (json)
        {
            printDocument(found, streams.out);
            return exitOk;
        }
        const Array::Ptr hosts = found->getArray("hosts");
        if (!found->getValue<bool>("shared"))
            streams.out
                << "The store is in SQLite, which one host uses alone. To run several, set postgres under [store] "
                   "in the configuration file.\n";
        else if (hosts->empty())
            streams.out << "No host is running on this database.\n";
        for (unsigned i = 0; i < hosts->size(); ++i)
            printHost(*hosts->getObject(i), streams.out);
        const Array::Ptr duties = found->getArray("duties");
        for (unsigned i = 0; i < duties->size(); ++i)
            printDuty(*duties->getObject(i), streams.out);
        return exitOk;
    });
}

} // namespace psa::cli
