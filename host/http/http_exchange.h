#pragma once

#include "host/api/message.h"

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

namespace psa::host {

constexpr std::size_t largestRequestBody = 1 << 20;

/// What came over HTTP, as the API takes it. Throws Problem for a body that is too large, cut short, or compressed.
ApiRequest readRequest(Poco::Net::HTTPServerRequest &request, const Caller &caller);

/// Sends `answer`; to HEAD without its body. Closes the connection afterwards unless the whole request was read.
void sendResponse(const ApiResponse &answer, bool wholeRequestRead, const Poco::Net::HTTPServerRequest &request,
                  Poco::Net::HTTPServerResponse &response);

} // namespace psa::host
