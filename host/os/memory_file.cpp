#include "host/os/memory_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace psa::os {

namespace {

constexpr const char *fileName = "psa-host";

} // namespace

MemoryFile::MemoryFile() : file_(memfd_create(fileName, MFD_CLOEXEC))
{
    if (!file_.isOpen())
        throw std::system_error(errno, std::generic_category(), "a file in memory cannot be created");
}

MemoryFile::MemoryFile(std::string_view content) : MemoryFile()
{
    if (pwrite(fd(), content.data(), content.size(), 0) != static_cast<ssize_t>(content.size()))
        throw std::system_error(errno, std::generic_category(), "a file in memory cannot be written");
}

std::string MemoryFile::tail(std::size_t maxBytes) const
{
    struct stat status = {};
    if (fstat(fd(), &status) != 0)
        return {};
    const auto size = static_cast<std::size_t>(status.st_size);
    std::string text(std::min(size, maxBytes), '\0');
    const ssize_t got = pread(fd(), text.data(), text.size(), static_cast<off_t>(size - text.size()));
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
}

bool isMemoryFile(int fd)
{
    std::error_code none; // then it is not even open
    const auto target = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), none);
    return target.string().rfind(std::string("/memfd:") + fileName, 0) == 0;
}

} // namespace psa::os
