#pragma once

#include "host/net/http_types.h"

#include <functional>

namespace psa::net {

/// One request and its outcome, as it may be shown and stored: without secrets.
struct Exchange
{
    HttpRequest request;
    HttpResponse response;
    std::chrono::microseconds took{0};
};

/// Gets each exchange right after it was finished, on the thread that sent it. What it throws goes into the detail of
/// the response: the request has left by then, and its answer must not be lost over the observer's trouble.
using ExchangeObserver = std::function<void(const Exchange &)>;

} // namespace psa::net
