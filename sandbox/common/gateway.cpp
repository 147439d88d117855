#include "sandbox/common/gateway.h"

#include <algorithm>

namespace psa::sandbox {

namespace {

constexpr const char *garbage = "{\"itemId\":12,\"items\":[{\"id\":";

} // namespace

struct Gateway::Exchange
{
    Request request;
    RequestInfo info;
    Wire &wire;
    RequestLog &log;
    std::optional<Fault> fault{};
    Answer answer{};
    std::unique_ptr<Slot> slot{};
    bool finished = false;

    /// Ends the request in the log and frees its slot. Called before the client can know that it has ended: its next
    /// request must find neither. `status`: of a completely sent response, otherwise 0.
    void finish(int status)
    {
        slot.reset();
        if (!finished)
            log.end(request.number, status, fault ? fault->kind : "");
        finished = true;
    }
    ~Exchange() { finish(0); }
};

void Gateway::handle(const Request &request, Wire &wire)
{
    Exchange exchange{request, service_.describe(request), wire, log_};
    exchange.request.number = log_.begin(request, exchange.info);
    exchange.fault = faults_.take(request.method, request.path, exchange.info.entity);
    serve(exchange);
}

void Gateway::serve(Exchange &exchange)
{
    const auto refused = service_.enter(exchange.request, exchange.slot);
    if (goWrong(exchange, false))
        return;
    const bool replaced =
        exchange.fault && !exchange.fault->afterCommit &&
        (exchange.fault->action == FaultAction::status || exchange.fault->action == FaultAction::failure);
    const auto hideFor = exchange.fault ? exchange.fault->hideFor : std::chrono::milliseconds(0);
    if (!replaced)
        exchange.answer = refused ? *refused : service_.answer(exchange.request, hideFor);
    if (goWrong(exchange, true))
        return;
    if (exchange.wire.wait(service_.slowness()))
        send(exchange);
}

/// Applies the exchange's fault at this stage; true if the exchange has ended.
bool Gateway::goWrong(Exchange &exchange, bool afterCommit)
{
    if (!exchange.fault || exchange.fault->afterCommit != afterCommit)
        return false;
    const Fault &fault = *exchange.fault;
    switch (fault.action)
    {
    case FaultAction::drop:
        exchange.finish(0);
        exchange.wire.drop();
        return true;
    case FaultAction::reset:
        exchange.finish(0);
        exchange.wire.reset();
        return true;
    case FaultAction::hang:
        exchange.wire.hang();
        return true;
    case FaultAction::delay:
        return !exchange.wire.wait(fault.time);
    case FaultAction::status:
        exchange.answer = {fault.status, fault.body, fault.contentType, fault.headers};
        return false;
    case FaultAction::failure:
        exchange.answer = service_.failure(fault.status, fault.errors);
        return false;
    case FaultAction::garbage:
        exchange.answer.status = 200;
        exchange.answer.body = garbage;
        return false;
    case FaultAction::contentType:
        exchange.answer.contentType = fault.contentType;
        return false;
    case FaultAction::cut:
    case FaultAction::slowHeaders:
    case FaultAction::lateVisible:
        return false; // of the sending and the processing
    }
    return false;
}

void Gateway::send(Exchange &exchange)
{
    const std::string bytes = exchange.wire.compose(exchange.answer);
    const std::size_t head = bytes.size() - exchange.answer.body.size();
    const FaultAction action = exchange.fault ? exchange.fault->action : FaultAction::lateVisible;
    if (action == FaultAction::cut)
    {
        // "truncated-body" counts the bytes of the body, so that the head arrives completely.
        const std::size_t start = exchange.fault->kind == "truncated-body" ? head : 0;
        exchange.finish(0);
        exchange.wire.send(bytes.substr(0, start + std::min(exchange.fault->bytes, bytes.size() - start - 1)));
        exchange.wire.drop();
        return;
    }
    if (action == FaultAction::slowHeaders && !exchange.wire.drip(bytes.substr(0, head), exchange.fault->time))
        return;
    exchange.finish(exchange.answer.status);
    exchange.wire.send(action == FaultAction::slowHeaders ? exchange.answer.body : bytes);
}

} // namespace psa::sandbox
