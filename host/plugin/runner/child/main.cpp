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

/// Whether the descriptor of the protocol is a socket, as psa-host passes it.
bool isStartedByHost()
{
    struct stat status = {};
    return fstat(channelFile, &status) == 0 && S_ISSOCK(status.st_mode);
}

int run()
{
    if (!isStartedByHost())
    {
        std::cerr << "psa-host starts this program to run plugins; do not start it yourself. To inspect plugins, use: "
                     "psa-host "
                     "plugins list\n";
        return 2;
    }
    close(programFile);
    prctl(PR_SET_NAME, "plugin-runner"); // otherwise it is the number of the descriptor that was executed
    Hooks hooks;
    hooks.beforeLoading = [](SharedPage &page) {
        close(pageFile); // the page stays mapped
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
