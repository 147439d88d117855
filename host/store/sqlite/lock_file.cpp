#include "host/store/sqlite/lock_file.h"

#include "host/store/store_error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <map>
#include <mutex>
#include <sstream>
#include <system_error>
#include <utility>

namespace psa::store {
namespace {

std::string systemText()
{
    return std::generic_category().message(errno);
}

/// The holder's record: its pid, and on the next line its socket.
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

/// The files that this process has locked, with their sockets. A process is not blocked by its own lock, and loses it
/// when any descriptor of the file is closed: so a locked file is not even opened again.
struct Held
{
    std::mutex mutex; ///< Guards what follows, from the first check until it is locked.
    std::map<std::pair<dev_t, ino_t>, std::string> sockets;
};

Held &held()
{
    static Held ofProcess;
    return ofProcess;
}

std::pair<dev_t, ino_t> keyOf(const struct stat &status)
{
    return {status.st_dev, status.st_ino};
}

void checkNotHeldHere(const std::filesystem::path &folder)
{
    struct stat status = {};
    if (stat((folder / "lock").c_str(), &status) != 0)
        return; // it is about to be created
    const auto at = held().sockets.find(keyOf(status));
    if (at != held().sockets.end())
        throw StoreLocked(folder.string(), getpid(), at->second);
}

/// 0.1 used flock(), which is independent of the lock that we use.
bool isHeldByOlder(int fd)
{
    if (flock(fd, LOCK_SH | LOCK_NB) != 0)
        return errno == EWOULDBLOCK;
    flock(fd, LOCK_UN);
    return false;
}

bool lockWhole(int fd)
{
    struct flock whole = {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    return fcntl(fd, F_SETLK, &whole) == 0;
}

} // namespace

LockFile::LockFile(const std::filesystem::path &folder, const std::string &socketPath)
{
    const std::lock_guard lock(held().mutex);
    checkNotHeldHere(folder);
    const std::string name = (folder / "lock").string();
    file_.reset(open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file_.isOpen())
        throw StoreRefused(name + " cannot be opened: " + systemText());
    if (isHeldByOlder(file_.get()))
        throwLocked(file_.get(), folder);
    if (!lockWhole(file_.get()))
    {
        if (errno == EACCES || errno == EAGAIN)
            throwLocked(file_.get(), folder);
        throw StoreRefused(name + " cannot be locked: " + systemText());
    }
    struct stat status = {};
    if (fstat(file_.get(), &status) != 0)
        throw StoreRefused(name + " cannot be accessed: " + systemText());
    held().sockets[keyOf(status)] = socketPath;
    // Fails on a full disk; the lock is effective anyway, it just does not name its holder.
    const std::string holder = std::to_string(getpid()) + "\n" + socketPath + "\n";
    if (ftruncate(file_.get(), 0) == 0)
        static_cast<void>(pwrite(file_.get(), holder.data(), holder.size(), 0));
}

LockFile::~LockFile()
{
    const std::lock_guard lock(held().mutex);
    struct stat status = {};
    if (fstat(file_.get(), &status) == 0)
        held().sockets.erase(keyOf(status));
    file_.reset();
}

} // namespace psa::store
