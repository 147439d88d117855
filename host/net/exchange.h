#pragma once

#include "host/net/http_types.h"

#include <functional>

namespace psa::net {

/// One request and its outcome, in a form that may be shown and stored: without secrets.
struct Exchange
{
    HttpRequest request;
    HttpResponse response;
    std::chrono::microseconds took{0};
};

/// Gets each exchange right after it finished, on the thread that sent it. Its exceptions are reported in the detail of
/// the response: the request has been sent by then, and its response must not be lost because of a failing observer.
using ExchangeObserver = std::function<void(const Exchange &)>;

} // namespace psa::net
