#include "sandbox/autotask_command.h"

#include <ostream>

namespace psa::sandbox {
namespace {

void setSwitches(AutotaskSandbox &sandbox, const std::vector<std::string> &switches)
{
    for (const std::string &text : switches)
    {
        const auto equals = text.find('=');
        if (equals == std::string::npos)
            throw std::invalid_argument("--switch needs name=value, not \"" + text + "\"");
        sandbox.setSwitch(text.substr(0, equals), text.substr(equals + 1));
    }
}

std::string address(std::uint16_t port)
{
    return "127.0.0.1:" + std::to_string(port);
}

void printEgress(const AutotaskSandbox &sandbox, std::ostream &out)
{
    const std::string zone = "webservices" + std::to_string(sandbox.zone()) + ".autotask.net:443";
    out << "\nFor psa-host.toml:\n\n[egress]\nconnect_to = { \"webservices.autotask.net:443\" = \""
        << address(sandbox.port()) << "\", \"" << zone << "\" = \"" << address(sandbox.port()) << "\" }\nca_file = \""
        << sandbox.caFile().string() << "\"\n";
}

void print(const AutotaskSandbox &sandbox, bool http, std::ostream &out)
{
    out << "Autotask sandbox at " << (http ? "http://" : "https://") << address(sandbox.port()) << "/ATServicesRest/\n"
        << "Control endpoint    http://" << address(sandbox.controlPort()) << "/truth\n"
        << "User name           " << sandbox.user() << '\n'
        << "Tracking identifier " << sandbox.integrationCode() << '\n'
        << "Secret              in " << sandbox.secretFile().string() << '\n';
    if (!http)
    {
        out << "CA certificate      " << sandbox.caFile().string() << '\n';
        printEgress(sandbox, out);
    }
    out << "\nStop it with Ctrl-C.\n" << std::flush;
}

std::string readiness(const AutotaskSandbox &sandbox, bool http)
{
    Object::Ptr object = newObject();
    object->set("psa", "autotask");
    object->set("port", sandbox.port());
    object->set("controlPort", sandbox.controlPort());
    object->set("http", http);
    object->set("ca", sandbox.caFile().string());
    object->set("user", sandbox.user());
    object->set("integrationCode", sandbox.integrationCode());
    object->set("secretFile", sandbox.secretFile().string());
    object->set("zone", sandbox.zone());
    return toText(object) + "\n";
}

} // namespace

void runAutotask(const AutotaskCommand &command, std::ostream &out, void (*wait)())
{
    AutotaskOptions options = command.options;
    if (!command.tenantFile.empty())
        options.tenantJson = readFile(command.tenantFile);
    AutotaskSandbox sandbox(options);
    setSwitches(sandbox, command.switches);
    print(sandbox, options.http, out);
    if (!command.readyFile.empty())
        replaceFile(command.readyFile, readiness(sandbox, options.http), 0600);
    wait();
}

} // namespace psa::sandbox
