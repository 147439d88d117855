#pragma once

#include "host/api/message.h"
#include "host/http/connection_table.h"

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <functional>

namespace psa::host {

constexpr std::size_t largestRequestBody = 1 << 20;

/// What an exchange needs to know of its server.
struct ExchangeParts
{
    std::function<Caller()> caller;                ///< Whose the request is. Throws Problem to refuse it unread.
    std::function<ApiResponse(ApiRequest)> answer; ///< Throws nothing but Problem.
    std::function<void(ConnectionPhase)> entering = [](ConnectionPhase) {};
};

/// Reads a request, has it answered, and sends the answer or the problem; to HEAD without its body. Closes the connection
/// afterwards unless the whole request was read.
void exchange(Poco::Net::HTTPServerRequest &request, Poco::Net::HTTPServerResponse &response,
              const ExchangeParts &parts);

} // namespace psa::host
