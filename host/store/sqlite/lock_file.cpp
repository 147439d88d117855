#include "host/store/sqlite/lock_file.h"

#include "host/store/store_error.h"

#include <fcntl.h>
#include <sys/file.h>

#include <array>
#include <cerrno>
#include <sstream>
#include <system_error>

namespace psa::host {
namespace {

std::string systemText()
{
    return std::generic_category().message(errno);
}

/// What the holder wrote: its pid, and on the next line its socket.
[[noreturn]] void throwLocked(int fd, const std::filesystem::path &folder)
{
    std::array<char, 4096> buffer{};
    const ssize_t got = pread(fd, buffer.data(), buffer.size(), 0);
    std::istringstream text(std::string(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0));
    long pid = 0;
    std::string socket;
    text >> pid >> std::ws;
    std::getline(text, socket);
    throw StoreLocked(folder.string(), pid, socket);
}

} // namespace

LockFile::LockFile(const std::filesystem::path &folder, const std::string &socketPath)
    : file_(open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600))
{
    const std::string name = (folder / "lock").string();
    if (!file_.isOpen())
        throw StoreRefused(name + " cannot be opened: " + systemText());
    while (flock(file_.get(), LOCK_EX | LOCK_NB) != 0)
    {
        if (errno == EWOULDBLOCK)
            throwLocked(file_.get(), folder);
        if (errno != EINTR)
            throw StoreRefused(name + " cannot be locked: " + systemText());
    }
    // On a full disk this fails; the lock holds all the same, it only does not say whose it is.
    const std::string holder = std::to_string(getpid()) + "\n" + socketPath + "\n";
    if (ftruncate(file_.get(), 0) == 0)
        static_cast<void>(pwrite(file_.get(), holder.data(), holder.size(), 0));
}

} // namespace psa::host
