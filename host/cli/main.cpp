#include "host/cli/command_line.h"
#include "host/cli/exit_code.h"
#include "host/os/process.h"

#include <iostream>

using namespace psa;

int main(int argc, char **argv)
try
{
    os::forbidDumps();
    return cli::runCommandLine(argc, argv);
}
catch (const std::exception &error)
{
    std::cerr << "psa-host: " << error.what() << '\n';
    return cli::exitFailed;
}
