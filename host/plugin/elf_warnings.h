#pragma once

#include "host/plugin/elf_file.h"

#include <string>
#include <vector>

namespace psa::plugin {

/// Signs in a plugin's file that it may do forbidden things, one sentence per kind. Only hints: the code that imports a
/// function may never call it, and there are ways to do the same without importing it.
std::vector<std::string> warningsOf(const ElfFile &elf);

} // namespace psa::plugin
