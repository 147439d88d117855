#include "plugin-check/descendants.h"

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace psa::check {
namespace {

/// The parent in a line of /proc/N/stat: "N (name) state parent ...", where the name may contain anything.
pid_t parentIn(const std::string &line)
{
    const std::size_t nameEnd = line.rfind(')');
    if (nameEnd == std::string::npos)
        return 0;
    std::istringstream rest(line.substr(nameEnd + 1));
    char state = 0;
    pid_t parent = 0;
    rest >> state >> parent;
    return parent;
}

} // namespace

std::set<pid_t> childrenOf(pid_t parent)
{
    std::set<pid_t> children;
    DIR *processes = opendir("/proc");
    if (processes == nullptr)
        return children;
    while (const dirent *entry = readdir(processes))
    {
        const pid_t process = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
        std::string line;
        if (process > 0 && std::getline(std::ifstream("/proc/" + std::string(entry->d_name) + "/stat"), line) &&
            parentIn(line) == parent)
            children.insert(process);
    }
    closedir(processes);
    return children;
}

void killDescendants(const std::set<pid_t> &spared)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (std::chrono::steady_clock::now() < until)
    {
        bool any = false;
        for (const pid_t child : childrenOf(getpid()))
        {
            if (spared.contains(child))
                continue;
            any = true;
            kill(child, SIGKILL);
            waitpid(child, nullptr, WNOHANG);
        }
        if (!any)
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds(1)); // the kernel needs a moment to end them
    }
}

} // namespace psa::check
