#include "host/check/plugin_under_check.h"

#include "host/check/check_context.h"
#include "host/plugin/trusted_file.h"

namespace psa::check {
namespace {

/// The paths of a plugin that is being written are nobody's business here: S01 looks at the file.
host::TrustedFile openPlugin(const std::filesystem::path &file)
{
    return host::TrustedFile::open(file, true);
}

host::Library mapOrStop(CheckContext &context)
{
    context.step("loading the library");
    try
    {
        return host::Library::map(openPlugin(context.plugin()));
    }
    catch (const std::exception &error)
    {
        context.failAndStop(error.what());
    }
}

} // namespace

host::ElfFile readPluginFile(const std::filesystem::path &file)
{
    return host::readElf(openPlugin(file).read());
}

PluginUnderCheck::PluginUnderCheck(CheckContext &context) : library_(mapOrStop(context)) {}

} // namespace psa::check
