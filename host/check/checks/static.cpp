// What can be seen of the file without running any of it.
#include "host/check/check_context.h"
#include "host/check/checks/groups.h"
#include "host/check/plugin_under_check.h"

#include <sys/stat.h>

namespace psa::check {
namespace {

void isLibraryOfThisMachine(CheckContext &context)
{
    try
    {
        readPluginFile(context.plugin());
    }
    catch (const host::ElfError &error)
    {
        context.failAndStop("expected " + error.expected + ", found " + error.found);
    }
    struct stat status = {};
    if (stat(context.plugin().c_str(), &status) == 0 && (status.st_mode & S_IWOTH) != 0)
        context.fail("everybody may write to the file; run: chmod o-w " + context.plugin().string());
}

} // namespace

std::vector<Check> staticChecks()
{
    return {
        {.id = "S01",
         .title = "A shared library for this machine",
         .level = 1,
         .group = "static",
         .requirement = "The file is an ELF shared library for this machine, whole, and not writable by everybody.",
         .consequence = "The host refuses the file.",
         .needs = {},
         .run = isLibraryOfThisMachine},
    };
}

} // namespace psa::check
