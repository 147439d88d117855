#include "plugin-check/host_shape.h"

#include "plugin-check/guard_page.h"

#include <cstdlib>
#include <new>

namespace psa::check {

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
