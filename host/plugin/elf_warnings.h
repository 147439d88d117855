#pragma once

#include "host/plugin/elf_file.h"

#include <string>
#include <vector>

namespace psa::plugin {

/// What in a plugin's file hints at things that a plugin must not do, one sentence for each kind. Hints only: the code
/// that imports a function may never call it, and there are ways to do the same without importing it.
std::vector<std::string> warningsOf(const ElfFile &elf);

} // namespace psa::plugin
