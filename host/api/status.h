#pragma once

#include "host/api/api_parts.h"

namespace psa::api {

/// The current state of one connection.
struct ConnectionStatus
{
    connection::Connections::Live live;
    delivery::QueueStatus queue;
    store::ConnectionCounts counts;
    net::BudgetUsage usage; ///< Empty if it does not work.
};

/// Of all connections, sorted by name.
std::vector<ConnectionStatus> statusOfAll(const ApiParts &parts);

} // namespace psa::api
