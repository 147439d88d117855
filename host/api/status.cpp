#include "host/api/status.h"

#include <algorithm>

namespace psa::api {

std::vector<ConnectionStatus> statusOfAll(const ApiParts &parts)
{
    const auto counts = parts.store.read([](const store::StoreReader &reader) { return reader.counts(); });
    std::vector<ConnectionStatus> all;
    for (const connection::Connections::Live &live : parts.connections.all())
    {
        ConnectionStatus status{live, parts.status(*live), {}, {}};
        const auto mine = std::find_if(counts.begin(), counts.end(),
                                       [&](const auto &each) { return each.connection == live->stored.name; });
        if (mine != counts.end())
            status.counts = *mine;
        if (live->connection)
            status.usage = live->connection->usage();
        all.push_back(std::move(status));
    }
    return all;
}

} // namespace psa::api
