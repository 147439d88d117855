#pragma once

#include "host/api/api_parts.h"

namespace psa::host {

/// How one connection is at a moment.
struct ConnectionStatus
{
    Connections::Live live;
    QueueStatus queue;
    ConnectionCounts counts;
    BudgetUsage usage; ///< Empty where it does not work.
};

/// Of every connection, by name.
std::vector<ConnectionStatus> statusOfAll(const ApiParts &parts);

} // namespace psa::host
