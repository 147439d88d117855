#pragma once

#include "sandbox/common/fault.h"
#include "sandbox/common/request_log.h"
#include "sandbox/common/service.h"
#include "sandbox/common/wire.h"

namespace psa::sandbox {

/// The stages of one request: log, limits, fault before processing, processing, fault after it, response.
class Gateway
{
public:
    Gateway(Service &service, FaultSet &faults, RequestLog &log) : service_(service), faults_(faults), log_(log) {}

    /// Called on every connection's thread.
    void handle(const Request &request, Wire &wire);

private:
    struct Exchange;
    void serve(Exchange &exchange);
    bool goWrong(Exchange &exchange, bool afterCommit);
    void send(Exchange &exchange);

    Service &service_;
    FaultSet &faults_;
    RequestLog &log_;
};

} // namespace psa::sandbox
