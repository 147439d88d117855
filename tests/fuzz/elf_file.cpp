// Any bytes are either a readable ELF file or an ElfError; nothing outside them is accessed.
#include "host/plugin/elf_file.h"

#include <cstdint>

using namespace psa::plugin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    try
    {
        readElf({data, size});
    }
    catch (const ElfError &)
    {
    }
    return 0;
}
