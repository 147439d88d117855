#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace psa::bench {

/// Result of a load on a server.
struct LoadResult
{
    double perSecond = 0;
    double p50 = 0; ///< Milliseconds from the first byte of a request to the last of its response.
    double p99 = 0;
};

enum class Ask
{
    submit, ///< POST /v1/tickets, each with its own key.
    signIn, ///< POST /v1/session.
    health  ///< GET /healthz.
};

/// How requests are sent to 127.0.0.1.
struct LoadPlan
{
    std::uint16_t port = 0;
    std::string token;
    int connections = 1;
    double seconds = 1;
    std::size_t requests = 0; ///< If not 0, it ends after so many, whatever time that takes.
    bool keepAlive = true;    ///< Otherwise each request uses a new connection, whose setup is included.
    Ask ask = Ask::submit;
    std::vector<std::string> submitTo = {"acme"}; ///< The tickets' connections, in turn.
};

/// Sends requests over this many concurrent connections, each with one in progress; from one thread, so that the
/// generator uses little of the machine. Loads may run on several threads. Throws std::runtime_error if one is not accepted.
LoadResult load(const LoadPlan &plan);

} // namespace psa::bench
