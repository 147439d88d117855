#include "host/cli/command_line.h"
#include "host/cli/exit_code.h"
#include "host/cli/usage_error.h"
#include "host/os/process.h"
#include "host/plugin/probe.h"

#include <iostream>
#include <string_view>

using namespace psa;
using namespace psa::cli;

int main(int argc, char **argv)
try
{
    os::forbidDumps();
    if (argc == 4 && argv[1] == std::string_view(plugin::probeCommand))
        return plugin::runProbe(argv[2], std::chrono::milliseconds(std::stoi(argv[3])));
    CommandLine commandLine;
    try
    {
        commandLine.app().parse(argc, argv);
    }
    catch (const CLI::ParseError &error)
    {
        return exitForParse(commandLine.app(), error, std::cout, std::cerr);
    }
    return commandLine.run({std::cin, std::cout, std::cerr});
}
catch (const config::ConfigError &error)
{
    std::cerr << error.what() << '\n';
    return exitConfig;
}
catch (const std::exception &error)
{
    std::cerr << "psa-host: " << error.what() << '\n';
    return exitFailed;
}
