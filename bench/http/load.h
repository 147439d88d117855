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

enum class Ask
{
    submit, ///< POST /v1/tickets, with a key of its own in each.
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
    bool keepAlive = true; ///< Else each request has a connection of its own, and its making counts.
    Ask ask = Ask::submit;
};

/// Requests over so many connections at once, each with one in progress; from one thread, so that the generator takes little
/// of the machine. Throws std::runtime_error where one is not accepted.
LoadResult load(const LoadPlan &plan);

} // namespace psa::bench
