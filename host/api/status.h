#pragma once

#include "host/api/api_parts.h"

namespace psa::api {

/// How one connection is at a moment.
struct ConnectionStatus
{
    connection::Connections::Live live;
    delivery::QueueStatus queue;
    store::ConnectionCounts counts;
    net::BudgetUsage usage; ///< Empty where it does not work.
};

/// Of every connection, by name.
std::vector<ConnectionStatus> statusOfAll(const ApiParts &parts);

} // namespace psa::api
