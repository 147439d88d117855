#include "tests/delivery/fake_psa.h"

#include "host/net/https_url.h"

namespace psa::test {

using net::HttpResponse;

namespace {

HttpResponse answered(unsigned status, std::string body)
{
    HttpResponse response;
    response.delivery = net::Delivery::answered;
    response.status = status;
    response.body = std::move(body);
    return response;
}

HttpResponse unanswered()
{
    HttpResponse response;
    response.delivery = net::Delivery::noAnswer;
    response.reason = net::Reason::closed;
    response.detail = "the test drops the answer";
    return response;
}

} // namespace

HttpResponse FakePsa::exchange(const net::HttpsUrl &url, const net::HttpRequest &request, const net::Stop &)
{
    const std::lock_guard lock(mutex_);
    HttpResponse response;
    if (updates.exchange(url.target(), request, response))
        return response;
    return request.method == "POST" ? create(request.body) : read(url.target());
}

HttpResponse FakePsa::create(const std::string &reference)
{
    ++creates_;
    const Fate now = fate(reference);
    if (!now.leaves)
    {
        HttpResponse response;
        response.reason = net::Reason::connect;
        response.detail = "the test refuses the connection";
        return response;
    }
    std::string id;
    if (now.commits && (now.status == 201 || now.anyway))
    {
        id = std::to_string(1000 + tickets_.size());
        tickets_.push_back({id, reference, now.hiddenFor});
    }
    if (!now.answers)
        return unanswered();
    HttpResponse response = answered(now.status, now.words.empty() ? id : now.words);
    if (now.retryAfterMs > 0)
        response.headers.push_back({"Retry-After", std::to_string(now.retryAfterMs / 1000)});
    return response;
}

HttpResponse FakePsa::read(const std::string &target)
{
    ++reads_;
    const unsigned status = readStatus();
    if (status == 0)
        return unanswered();
    if (target.starts_with("/ticket/") || target.starts_with("/companies/"))
        return status == 200 ? readName(target) : answered(status, "");
    constexpr std::string_view find = "/find/";
    std::string ids;
    for (Ticket &ticket : tickets_)
        if (target == std::string(find) + ticket.reference && ticket.hiddenFor-- <= 0)
            ids += (ids.empty() ? "" : " ") + ticket.id;
    return answered(status, ids);
}

HttpResponse FakePsa::readName(const std::string &target)
{
    namesAsked_.push_back(target);
    const std::string last = target.substr(target.rfind('/') + 1);
    if (target.starts_with("/companies/"))
        return answered(companies.contains(last) ? 200 : 404, companies[last]);
    const unsigned status = numberStatus(last);
    return status == 0 ? unanswered() : answered(status, "T" + last);
}

std::vector<std::string> FakePsa::namesAsked() const
{
    const std::lock_guard lock(mutex_);
    return namesAsked_;
}

std::map<std::string, int> FakePsa::counts() const
{
    const std::lock_guard lock(mutex_);
    std::map<std::string, int> counts;
    for (const Ticket &ticket : tickets_)
        ++counts[ticket.reference];
    return counts;
}

int FakePsa::creates() const
{
    const std::lock_guard lock(mutex_);
    return creates_;
}

int FakePsa::reads() const
{
    const std::lock_guard lock(mutex_);
    return reads_;
}

} // namespace psa::test
