#pragma once

#include "host/net/http_types.h"
#include "host/replay/run_difference.h"

#include <string>
#include <vector>

namespace psa::replay {

/// "POST https://psa.example.com/tickets".
std::string nameOf(const net::HttpRequest &request);

/// Where `sent` is otherwise than `recorded`, both free of secrets. Bodies that are JSON are compared value by value, so
/// that the order of members and white space count for nothing; header names without regard to case and order.
std::vector<RunDifference> diffRequests(const net::HttpRequest &recorded, const net::HttpRequest &sent);

} // namespace psa::replay
