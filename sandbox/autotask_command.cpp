#include "sandbox/command.h"

namespace psa::sandbox {
namespace {

std::string introduction(const autotask::AutotaskSandbox &sandbox, bool http)
{
    std::string text = std::string("Autotask sandbox at ") + (http ? "http://" : "https://") + address(sandbox.port()) +
                       "/ATServicesRest/\n" + "Control endpoint    http://" + address(sandbox.controlPort()) +
                       "/truth\n" + "User name           " + sandbox.user() + "\nTracking identifier " +
                       sandbox.integrationCode() + "\nSecret              in " + sandbox.secretFile().string() + "\n";
    if (!http)
        text += "CA certificate      " + sandbox.caFile().string() + "\n";
    const std::string zone = "webservices" + std::to_string(sandbox.zone()) + ".autotask.net:443";
    return text + egress(sandbox, {"webservices.autotask.net:443", zone});
}

} // namespace

void runAutotask(const Command &command, autotask::AutotaskOptions options)
{
    options.tenantJson = tenantText(command);
    autotask::AutotaskSandbox sandbox(options);
    setSwitches(sandbox, command);
    Object::Ptr readiness = newObject();
    readiness->set("psa", "autotask");
    readiness->set("user", sandbox.user());
    readiness->set("integrationCode", sandbox.integrationCode());
    readiness->set("zone", sandbox.zone());
    serve(sandbox, command, introduction(sandbox, options.http), readiness);
}

} // namespace psa::sandbox
