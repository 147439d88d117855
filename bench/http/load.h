#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace psa::bench {

/// What a load on a server came to.
struct LoadResult
{
    double perSecond = 0;
    double p50 = 0; ///< Milliseconds from the first byte of a request until the last of its answer.
    double p99 = 0;
};

/// How requests are sent to 127.0.0.1.
struct LoadPlan
{
    std::uint16_t port = 0;
    std::string token;
    int connections = 1;
    double seconds = 1;
    bool keepAlive = true; ///< Else each request has a connection of its own, and its making counts.
};

/// POST /v1/tickets over so many connections at once, each with one request in progress and a key of its own in it;
/// from one thread, so that the generator takes little of the machine. Throws std::runtime_error for any other answer
/// than 202.
LoadResult submitTickets(const LoadPlan &plan);

} // namespace psa::bench
