#include "sandbox/connectwise/handlers.h"

#include <Poco/URI.h>

namespace psa::sandbox::connectwise {
namespace {

constexpr const char *build = "12345";

} // namespace

Answer companyInfo(const Call &call)
{
    const Tenant &tenant = call.core.tenant;
    if (!equalNoCase(call.companyAsked, tenant.company()))
    {
        if (call.core.switches.is("companyinfo.unknown", "404"))
            return htmlError(404, "File or directory not found.");
        return json(200, Var());
    }
    Object::Ptr body = newObject();
    body->set("CompanyName", tenant.text("companyName"));
    body->set("Codebase", tenant.codebase() + "/");
    body->set("VersionCode", "v" + tenant.version());
    body->set("VersionNumber", "v" + tenant.version() + "." + build);
    body->set("CompanyID", tenant.company());
    body->set("IsCloud", true);
    body->set("SiteUrl", Poco::URI(call.core.url).getAuthority()); // The tenant's site, except with plain HTTP.
    return json(200, body);
}

Answer systemInfo(const Call &call)
{
    const bool may = call.core.rights.may("SystemInfo", "query");
    if (!may && call.core.switches.is("access.systemInfo", "UserNotAuthenticated"))
        throw ApiError{401, "ConnectWiseApi", "UserNotAuthenticated"};
    call.core.require("SystemInfo", "query");
    Object::Ptr body = newObject();
    body->set("version", "v" + call.core.tenant.version() + "." + build);
    body->set("isCloud", true);
    body->set("serverTimeZone", "Eastern Standard Time");
    body->set("licenseBits", Array::Ptr(new Array));
    body->set("cloudRegion", "NA");
    body->set("maxWorkFlowRecordsAllowed", 500);
    return json(200, body);
}

} // namespace psa::sandbox::connectwise
