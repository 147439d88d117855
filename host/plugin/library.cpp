#include "host/plugin/library.h"

#include "host/plugin/trusted_file.h"

#include <boost/dll/shared_library.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <list>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>

namespace psa::plugin {
namespace {

/// Whether the code at `address` was mapped from the file `inode`. The device is ignored: the kernel shows another one
/// than stat() does on file systems such as btrfs and overlayfs.
bool isMappedFrom(const void *address, std::uint64_t inode)
{
    std::ifstream maps("/proc/self/maps");
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    for (std::string line; std::getline(maps, line);)
    {
        // 7f1e5a000000-7f1e5a021000 r-xp 00001000 08:01 1234  /path
        std::istringstream fields(line);
        std::uintptr_t from = 0;
        std::uintptr_t to = 0;
        std::uint64_t mappedInode = 0;
        char dash = 0;
        std::string mode;
        std::string offset;
        std::string device;
        fields >> std::hex >> from >> dash >> to >> mode >> offset >> device >> std::dec >> mappedInode;
        if (fields && wanted >= from && wanted < to)
            return mappedInode == inode;
    }
    return false;
}

} // namespace

Library Library::map(const TrustedFile &file)
{
    const int descriptor = fcntl(file.fd(), F_DUPFD_CLOEXEC, 3);
    if (descriptor < 0)
        throw std::runtime_error("no file descriptor is free; raise the limit with ulimit -n");
    // In memory that is never freed, so that no destructor unloads a library at exit.
    static std::mutex mutex;
    static auto *libraries = new std::list<boost::dll::shared_library>;
    const std::lock_guard lock(mutex);
    try
    {
        libraries->emplace_back("/proc/self/fd/" + std::to_string(descriptor),
                                boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    }
    catch (...)
    {
        close(descriptor); // nothing was mapped under this name
        throw;
    }
    Library mapped;
    mapped.entry_ = libraries->back().get<const psa_plugin_api *(const psa_host *)>("psa_plugin_entry");
    if (!isMappedFrom(reinterpret_cast<const void *>(mapped.entry_), file.inode()))
        throw std::runtime_error("the dynamic linker mapped a different file than the one that was checked");
    return mapped;
}

} // namespace psa::plugin
