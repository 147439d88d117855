// Useful information that is not a rule.
#include "host/plugin/runner/sealed_memory.h"
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/plugin_under_check.h"

#include <dlfcn.h>
#include <sys/stat.h>

#include <fstream>

namespace psa::check {
namespace {

/// Whether the file behind `descriptor` is.
bool isMapped(int descriptor)
{
    struct stat status = {};
    if (fstat(descriptor, &status) != 0)
        return false;
    const std::string inode = " " + std::to_string(status.st_ino) + " ";
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);)
        if (line.find(inode) != std::string::npos)
            return true;
    return false;
}

void unloads(CheckContext &context)
{
    const plugin::ElfFile elf = readPluginFile(context.plugin());
    const os::FileDescriptor file = plugin::runner::sealedCopy(readPluginBytes(context.plugin()));
    context.step("dlopen and dlclose");
    runLoading([&] {
        void *library = dlopen(("/proc/self/fd/" + std::to_string(file.get())).c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr)
            context.failAndStop(dlerror());
        dlclose(library);
    });
    if (!isMapped(file.get()))
        return context.note("it unloads; the host never does that");
    context.note(std::string("it stays mapped after dlclose, as the host requires: ") +
                 (elf.neverUnloaded     ? "it is linked with -z nodelete"
                  : !elf.unique.empty() ? "it has symbols that are unique in the process"
                                        : "it has thread-local objects or is needed by something else"));
}

} // namespace

const std::vector<Check> informationChecks{
    {.id = "U01",
     .title = "Does it unload?",
     .level = 2,
     .requirement = "None: the host never unloads a plugin.",
     .consequence = "Nothing.",
     .needs = {"S04"},
     .run = unloads},
};

} // namespace psa::check
