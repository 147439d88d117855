#include "plugin-check/guard_page.h"

#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

namespace psa::check {

void *bytesBeforeGuard(std::size_t size)
{
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    if (size > page || size % 8 != 0)
        throw std::logic_error("bytesBeforeGuard: a size that does not fit");
    void *pages = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(static_cast<char *>(pages) + page, page, PROT_NONE) != 0)
        throw std::runtime_error("no memory for a guard page");
    return static_cast<char *>(pages) + page - size;
}

} // namespace psa::check
