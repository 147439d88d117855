#pragma once

#include "host/http/router.h"

namespace psa::service {
class TicketService;
} // namespace psa::service

namespace psa::api {

/// What a route gives access to, for callers that may use only some connections.
enum class Reach
{
    nothing,    ///< No data of a connection: open to everyone.
    connection, ///< The connection that its path names.
    ticket,     ///< The ticket that its path names.
    some,       ///< Its handler shows or takes only what belongs to connections that the caller may use.
    host        ///< The host as a whole: only for callers that may use all connections.
};

/// Of a route that is not known: host.
Reach reachOf(const http::Router::Route &route);
bool isReachKnown(const http::Router::Route &route);

/// Throws if the caller of `request` may not use what the route gives access to: UnknownConnection or UnknownTicket, as if
/// it did not exist, or Problem for a route of the whole host. Reads the store only for tickets.
void checkReach(const http::Router::Route &route, const http::ApiRequest &request,
                const service::TicketService &tickets);

/// The problem of a request for a connection that the caller may not use and that its body names.
http::Problem notForToken(const http::Caller &caller, const std::string &what);

} // namespace psa::api
