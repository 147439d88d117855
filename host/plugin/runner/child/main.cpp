#include "host/plugin/runner/child/confine.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <iostream>
#include <memory>

namespace psa::plugin::runner::child {
namespace {

/// psa-host passes it a socket; nobody else does.
bool isStartedByHost()
{
    struct stat status = {};
    return fstat(channelFile, &status) == 0 && S_ISSOCK(status.st_mode);
}

int run()
{
    if (!isStartedByHost())
    {
        std::cerr << "psa-host runs plugins in this program, and starts it itself. To inspect plugins, use: psa-host "
                     "plugins list\n";
        return 2;
    }
    close(programFile);
    prctl(PR_SET_NAME, "plugin-runner"); // it was started by the number of a file
    Hooks hooks;
    hooks.beforeLoading = [](SharedPage &page) {
        close(pageFile); // it is mapped
        return confineBeforeLoading(page);
    };
    hooks.afterLoading = [] {
        close(pluginFile);
        confineAfterLoading();
    };
    hooks.beforeInstances = confineThread;
    serve({}, hooks);
    return 0;
}

} // namespace
} // namespace psa::plugin::runner::child

int main()
try
{
    return psa::plugin::runner::child::run();
}
catch (const std::exception &error)
{
    std::cerr << "psa-plugin-runner: " << error.what() << '\n';
    return 1;
}
