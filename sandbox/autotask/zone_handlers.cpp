#include "sandbox/autotask/api_error.h"
#include "sandbox/autotask/handlers.h"

namespace psa::sandbox::autotask {

Answer zoneInformation(const Call &call)
{
    const Tenant &tenant = call.core.tenant;
    if (!equalNoCase(call.request.parameter("user"), tenant.user()))
        throw ApiError{{"Zone information could not be determined"}};
    Object::Ptr body = newObject();
    body->set("zoneName", tenant.zoneName());
    body->set("url", call.core.url);
    body->set("webUrl", "https://ww" + std::to_string(tenant.zone()) + ".autotask.net/");
    body->set("ci", tenant.zone());
    return ok(body);
}

Answer versionInformation(const Call &call)
{
    Array::Ptr versions = new Array;
    versions->add("V1.0");
    if (call.core.switches.on("version.v2"))
        versions->add("V2.0");
    Object::Ptr body = newObject();
    body->set("apiVersions", versions);
    return ok(body);
}

Answer version(const Call &)
{
    Object::Ptr body = newObject();
    body->set("majorVersion", "2026");
    body->set("minorVersion", "3");
    body->set("build", "0");
    body->set("customerType", "Sandbox");
    return ok(body);
}

Answer thresholdInformation(const Call &call)
{
    Object::Ptr body = newObject();
    body->set("externalRequestThreshold", call.core.switches.number("limit.hourly"));
    body->set("requestThresholdTimeframe", 60);
    body->set("currentTimeframeRequestCount", call.core.callsThisHour);
    return ok(body);
}

} // namespace psa::sandbox::autotask
