// Useful information that is not a rule.
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/plugin_under_check.h"

#include <dlfcn.h>

#include <fstream>

namespace psa::check {
namespace {

bool isMapped(const std::filesystem::path &file)
{
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);)
        if (line.size() >= file.string().size() &&
            line.compare(line.size() - file.string().size(), std::string::npos, file.string()) == 0)
            return true;
    return false;
}

void unloads(CheckContext &context)
{
    const plugin::ElfFile elf = readPluginFile(context.plugin());
    const auto file = std::filesystem::canonical(context.plugin());
    context.step("dlopen and dlclose");
    void *library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        context.failAndStop(dlerror());
    dlclose(library);
    if (!isMapped(file))
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
