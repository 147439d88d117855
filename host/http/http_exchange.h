#pragma once

#include "host/http/connection_table.h"
#include "host/http/message.h"
#include "host/http/problem.h"

#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/SocketImpl.h>

#include <functional>

namespace psa::host {

constexpr std::size_t largestRequestBody = 1 << 20;

/// What an exchange needs to know of its server.
struct ExchangeParts
{
    /// Decides from the head of a request, before any of its body is read, whether it is let in: sets its caller, and
    /// returns how many bytes its body may have. Throws Problem to refuse it.
    std::function<std::size_t(ApiRequest &head)> admit;
    std::function<ApiResponse(ApiRequest)> answer; ///< Throws nothing but Problem.
    /// Told of what is refused beside those two, with what is known of the request.
    std::function<void(const ApiRequest &, const Problem &)> refused = [](const ApiRequest &, const Problem &) {};
    std::function<void(ConnectionPhase)> entering = [](ConnectionPhase) {};
};

/// Makes handlers that read a request, have it answered as the parts for it say, and send the answer or the problem; to
/// HEAD without its body. They close the connection afterwards unless the whole request was read.
Poco::Net::HTTPRequestHandlerFactory::Ptr
exchangeHandlers(std::function<ExchangeParts(Poco::Net::HTTPServerRequest &)> parts);

/// The socket that the request came on; stays what it is as long as its connection.
Poco::Net::SocketImpl &socketOf(Poco::Net::HTTPServerRequest &request);

} // namespace psa::host
