#include "sandbox/command.h"

#include <ostream>

namespace psa::sandbox {

std::string tenantText(const Command &command)
{
    return command.tenantFile.empty() ? std::string() : readFile(command.tenantFile);
}

void setSwitches(Simulator &simulator, const Command &command)
{
    for (const std::string &text : command.switches)
    {
        const auto equals = text.find('=');
        if (equals == std::string::npos)
            throw std::invalid_argument("--switch needs name=value, not \"" + text + "\"");
        simulator.setSwitch(text.substr(0, equals), text.substr(equals + 1));
    }
}

void serve(const Simulator &simulator, const Command &command, const std::string &introduction, Object::Ptr readiness)
{
    command.out << introduction << "\nStop it with Ctrl-C.\n" << std::flush;
    if (!command.readyFile.empty())
    {
        readiness->set("port", simulator.port());
        readiness->set("controlPort", simulator.controlPort());
        readiness->set("http", simulator.caFile().empty());
        readiness->set("ca", simulator.caFile().string());
        readiness->set("secretFile", simulator.secretFile().string());
        replaceFile(command.readyFile, toText(readiness) + "\n", 0600);
    }
    command.wait();
}

std::string address(std::uint16_t port)
{
    return "127.0.0.1:" + std::to_string(port);
}

std::string egress(const Simulator &simulator, const std::vector<std::string> &hosts)
{
    if (simulator.caFile().empty())
        return {};
    std::string lines;
    for (const std::string &host : hosts)
        lines += (lines.empty() ? "" : ", ") + ("\"" + host + "\" = \"" + address(simulator.port()) + "\"");
    return "\nFor psa-host.toml:\n\n[egress]\nconnect_to = { " + lines + " }\nca_file = \"" +
           simulator.caFile().string() + "\"\n";
}

} // namespace psa::sandbox
