#pragma once

#include "host/plugin/elf_file.h"
#include "host/plugin/library.h"

#include <filesystem>

namespace psa::check {

class CheckContext;

/// What the file of a plugin shows without running it. Throws host::ElfError, and std::runtime_error if it cannot be
/// read.
host::ElfFile readPluginFile(const std::filesystem::path &file);

/// The plugin, mapped into this process. Never unmapped.
class PluginUnderCheck
{
public:
    /// Maps the file; a failure ends the check.
    explicit PluginUnderCheck(CheckContext &context);

    psa_plugin_entry_fn entry() const { return library_.entry(); }

private:
    host::Library library_;
};

} // namespace psa::check
