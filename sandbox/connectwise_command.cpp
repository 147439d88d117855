#include "sandbox/command.h"

namespace psa::sandbox {
namespace {

/// The names that a client needs: of the API, and of the pages, where it looks up the company.
std::vector<std::string> hosts(const connectwise::ConnectWiseSandbox &sandbox)
{
    const std::string prefix = "api-";
    const std::string site = sandbox.site();
    std::vector<std::string> names{site + ":443"};
    if (site.compare(0, prefix.size(), prefix) == 0)
        names.push_back(site.substr(prefix.size()) + ":443");
    return names;
}

std::string introduction(const connectwise::ConnectWiseSandbox &sandbox, bool http)
{
    std::string text = std::string("ConnectWise sandbox at ") + (http ? "http://" : "https://") +
                       address(sandbox.port()) + "/v4_6_release/apis/3.0/\n" + "Control endpoint       http://" +
                       address(sandbox.controlPort()) + "/truth\n" + "Site                   " + sandbox.site() +
                       "\nCompany                " + sandbox.company() + "\nPublic key             " +
                       sandbox.publicKey() + "\nClient ID              " + sandbox.clientId() +
                       "\nPrivate key            in " + sandbox.secretFile().string() + "\n";
    if (!http)
        text += "CA certificate         " + sandbox.caFile().string() + "\n";
    return text + egress(sandbox, hosts(sandbox));
}

} // namespace

void runConnectWise(const Command &command, connectwise::ConnectWiseOptions options)
{
    options.tenantJson = tenantText(command);
    connectwise::ConnectWiseSandbox sandbox(options);
    setSwitches(sandbox, command);
    Object::Ptr readiness = newObject();
    readiness->set("psa", "connectwise");
    readiness->set("site", sandbox.site());
    readiness->set("company", sandbox.company());
    readiness->set("publicKey", sandbox.publicKey());
    readiness->set("clientId", sandbox.clientId());
    readiness->set("codebase", sandbox.codebase());
    serve(sandbox, command, introduction(sandbox, options.http), readiness);
}

} // namespace psa::sandbox
