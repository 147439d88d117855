#include "host/cli/command_line.h"
#include "host/cli/exit_code.h"
#include "host/os/process.h"
#include "host/plugin/probe.h"

#include <iostream>
#include <string>
#include <string_view>

using namespace psa;

int main(int argc, char **argv)
try
{
    os::forbidDumps();
    if (argc == 4 && argv[1] == std::string_view(plugin::probeCommand))
        return plugin::runProbe(argv[2], std::chrono::milliseconds(std::stoi(argv[3])));
    return cli::runCommandLine(argc, argv);
}
catch (const std::exception &error)
{
    std::cerr << "psa-host: " << error.what() << '\n';
    return cli::exitFailed;
}
