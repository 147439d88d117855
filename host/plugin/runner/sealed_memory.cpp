#include "host/plugin/runner/sealed_memory.h"

#include "host/plugin/runner/protocol.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>

namespace psa::plugin::runner {
namespace {

/// MFD_EXEC of Linux 6.3, which older headers lack: without it, vm.memfd_noexec=1 makes the file non-executable.
constexpr unsigned executable = 0x10;

[[noreturn]] void fail(const char *what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

os::FileDescriptor memoryFile(const char *name, unsigned flags)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | flags);
    if (fd < 0 && errno == EINVAL)
        fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING); // a kernel before 6.3
    if (fd < 0)
        fail("an in-memory file cannot be created");
    return os::FileDescriptor(fd);
}

} // namespace

os::FileDescriptor sealedCopy(std::span<const unsigned char> bytes)
{
    os::FileDescriptor file = memoryFile("psa-plugin", executable);
    while (!bytes.empty())
    {
        const ssize_t written = write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            fail("a plugin cannot be copied into memory");
        if (written > 0)
            bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    if (fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        fail("the copy of a plugin cannot be sealed");
    return file;
}

PageMapping::PageMapping() : file_(memoryFile("psa-plugin-page", 0))
{
    if (ftruncate(file_.get(), pageBytes) != 0 ||
        fcntl(file_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        fail("the shared page of a plugin's process cannot be created");
    void *const at = mmap(nullptr, pageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
    if (at == MAP_FAILED)
        fail("the shared page of a plugin's process cannot be mapped");
    page_ = new (at) SharedPage();
}

PageMapping::~PageMapping()
{
    munmap(page_, pageBytes);
}

} // namespace psa::plugin::runner
