#include "host/plugin/one_change.h"

namespace psa::plugin {
namespace {

constexpr unsigned unauthorized = 401;

/// Whether it counts as the single changing request of the call.
bool counts(const net::HttpResponse &response)
{
    return response.delivery != net::Delivery::notSent || response.reason == net::Reason::dryRun;
}

std::string wordsFor(const net::HttpResponse &response)
{
    if (response.reason == net::Reason::dryRun)
        return "was withheld";
    return response.delivery == net::Delivery::answered ? "was answered with " + std::to_string(response.status)
                                                        : "got no response";
}

} // namespace

std::optional<std::string> OneChange::begin(const net::HttpRequest &request)
{
    const std::string earlier = request_.method + " " + request_.url + " ";
    if (underWay_)
        return "a call may send only one changing request, and " + earlier + "is still in progress";
    if (spent_ && !repeatable_)
        return "a call may send only one changing request, and " + earlier + became_;
    if (spent_ && !isSame(request))
        return "after the 401 for " + earlier + "only the same method, URL and body may be sent once more";
    underWay_ = true;
    request_.method = request.method;
    request_.url = request.url;
    request_.body = request.body;
    return std::nullopt;
}

void OneChange::end(const net::HttpResponse &response)
{
    underWay_ = false;
    if (!counts(response))
        return;
    repeatable_ = !spent_ && response.delivery == net::Delivery::answered && response.status == unauthorized;
    spent_ = true;
    became_ = wordsFor(response);
}

bool OneChange::isSame(const net::HttpRequest &request) const
{
    return request.method == request_.method && request.url == request_.url && request.body == request_.body;
}

} // namespace psa::plugin
