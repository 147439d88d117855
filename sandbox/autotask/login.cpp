#include "sandbox/autotask/login.h"

#include <Poco/String.h>

namespace psa::sandbox::autotask {

std::int64_t zoneOfHost(const Request &request)
{
    std::string host = Poco::toLower(request.header("Host"));
    host = host.substr(0, host.find(':'));
    const std::string before = "webservices";
    const std::string after = ".autotask.net";
    if (host.size() < before.size() + after.size() || host.rfind(before, 0) != 0 ||
        host.substr(host.size() - after.size()) != after)
        return -1;
    const std::string digits = host.substr(before.size(), host.size() - before.size() - after.size());
    std::int64_t zone = 0;
    return toInteger(digits, zone) ? zone : 0;
}

std::optional<Answer> Login::refuse(const Request &request, const Tenant &tenant)
{
    const Answer unauthorized{
        401,
        "",
        "",
        {{"WWW-Authenticate", "Basic Realm=\"webservices" + std::to_string(tenant.zone()) + ".autotask.net\""}}};
    const bool known = equalNoCase(request.header("UserName"), tenant.user());
    const bool goodSecret = known && request.header("Secret") == secret_;
    const bool goodCode = request.header("ApiIntegrationCode") == tenant.integrationCode();
    if (goodSecret && !goodCode && switches_.is("auth.wrongCode", "500"))
        return Answer{500, R"({"errors":["IntegrationCode is invalid"]})"};
    const std::int64_t zone = zoneOfHost(request);
    const bool wrongZone = zone >= 0 && zone != tenant.zone();
    if (goodSecret && goodCode && !locked_ && !wrongZone)
    {
        inARow_ = 0;
        return {};
    }
    if (goodSecret && goodCode && !locked_ && switches_.is("zone.wrongZone", "empty"))
        return Answer{200, "", "", {}};
    ++failures_;
    // The user does not exist in another zone: nothing there can lock it.
    const std::int64_t lockAfter = switches_.number("auth.lockAfter");
    if (known && !wrongZone && lockAfter > 0 && ++inARow_ >= lockAfter)
        locked_ = true;
    return unauthorized;
}

void Login::setLocked(bool locked)
{
    locked_ = locked;
    inARow_ = 0;
}

void Login::reset()
{
    setLocked(false);
    failures_ = 0;
}

} // namespace psa::sandbox::autotask
