#include "plugin-check/watched_transport.h"

namespace psa::check {
namespace {

using net::HttpRequest;
using net::HttpResponse;

HttpResponse notSent(net::Reason reason, const std::string &detail)
{
    HttpResponse response;
    response.reason = reason;
    response.detail = detail;
    return response;
}

} // namespace

WatchedTransport::WatchedTransport(std::shared_ptr<net::Transport> good, ExchangeHook hook)
    : good_(std::move(good)), hook_(std::move(hook))
{
}

HttpResponse WatchedTransport::exchange(const net::HttpsUrl &url, const HttpRequest &request, const net::Stop &stop)
{
    const std::lock_guard lock(mutex_);
    if (sent_.size() >= maxExchanges)
        return notSent(net::Reason::policy, "not sent: one call sends more than 500 requests");
    HttpResponse response = good_->exchange(url, request, stop);
    if (hook_)
        response = hook_(sent_.size(), request, std::move(response));
    sent_.push_back({request, response});
    return response;
}

std::vector<Sent> WatchedTransport::sent() const
{
    const std::lock_guard lock(mutex_);
    return sent_;
}

FaultPlan::FaultPlan(std::size_t at, NetFault fault) : at_(at), fault_(std::move(fault)) {}

void FaultPlan::stopBy(std::function<void(std::chrono::milliseconds)> putClockForward, std::function<void()> cancel)
{
    putClockForward_ = std::move(putClockForward);
    cancel_ = std::move(cancel);
}

void FaultPlan::stop()
{
    seen_->stoppedAt = std::chrono::steady_clock::now();
    if (fault_.isDeadline())
        putClockForward_(std::chrono::hours(1));
    else
        cancel_();
}

HttpResponse FaultPlan::operator()(std::size_t index, const HttpRequest &request, HttpResponse good)
{
    const std::string endpoint = request.method + " " + request.url;
    if (seen_->stoppedAt)
        return applyFault({fault_.isDeadline() ? FaultKind::timeoutBefore : FaultKind::cancelledBefore, "", "", {}},
                          good);
    if (index != at_ && endpoint != seen_->broken)
        return good;
    seen_->broken = endpoint;
    if (fault_.isDeadline() || fault_.isCancel())
        stop();
    return applyFault(fault_, std::move(good));
}

} // namespace psa::check
