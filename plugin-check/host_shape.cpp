#include "plugin-check/host_shape.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <new>
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

void *shapedBytes(const HostShape &shape, std::size_t size)
{
    const std::size_t whole = size + shape.extraBytes;
    void *bytes = shape.guarded ? bytesBeforeGuard(whole) : std::malloc(whole);
    if (bytes == nullptr)
        throw std::bad_alloc();
    std::memset(bytes, 0xA5, whole);
    return bytes;
}

} // namespace psa::check
