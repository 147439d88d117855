#include "sandbox/command.h"

namespace psa::sandbox {
namespace {

std::string introduction(const halopsa::HaloPsaSandbox &sandbox, bool http)
{
    std::string text = std::string("HaloPSA sandbox at ") + (http ? "http://" : "https://") + address(sandbox.port()) +
                       "/api/\n" + "Control endpoint   http://" + address(sandbox.controlPort()) + "/truth\n" +
                       "Tenant URL         https://" + sandbox.site() + "\nTenant             " + sandbox.tenant() +
                       "\nClient ID          " + sandbox.clientId() + "\nClient secret      in " +
                       sandbox.secretFile().string() + "\n";
    if (!http)
        text += "CA certificate     " + sandbox.caFile().string() + "\n";
    return text + egress(sandbox, {sandbox.site() + ":443"});
}

} // namespace

void runHaloPsa(const Command &command, halopsa::HaloPsaOptions options)
{
    options.tenantJson = tenantText(command);
    halopsa::HaloPsaSandbox sandbox(options);
    setSwitches(sandbox, command);
    Object::Ptr readiness = newObject();
    readiness->set("psa", "halopsa");
    readiness->set("site", sandbox.site());
    readiness->set("tenant", sandbox.tenant());
    readiness->set("clientId", sandbox.clientId());
    serve(sandbox, command, introduction(sandbox, options.http), readiness);
}

} // namespace psa::sandbox
