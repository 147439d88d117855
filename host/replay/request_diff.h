#pragma once

#include "host/net/http_types.h"
#include "host/replay/run_difference.h"

#include <string>
#include <vector>

namespace psa::replay {

/// "POST https://psa.example.com/tickets".
std::string nameOf(const net::HttpRequest &request);

/// The differences between `sent` and `recorded`, both free of secrets. JSON bodies are compared value by value, so
/// that the order of members and white space do not matter; header names regardless of case and order.
std::vector<RunDifference> diffRequests(const net::HttpRequest &recorded, const net::HttpRequest &sent);

} // namespace psa::replay
