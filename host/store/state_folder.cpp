#include "host/store/state_folder.h"

#include "host/os/file_descriptor.h"
#include "host/os/trusted_path.h"
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

[[noreturn]] void fail(const std::filesystem::path &file)
{
    throw std::system_error(errno, std::generic_category(), file.string());
}

void syncFolder(const std::filesystem::path &folder)
{
    const os::FileDescriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.isOpen() || fsync(opened.get()) != 0)
        fail(folder);
}

/// Nobody else may write to them, independent of the umask. Errors are reported when the folder itself is created.
void makeParents(const std::filesystem::path &folder)
{
    const std::filesystem::path parent = folder.parent_path();
    if (parent == folder || mkdir(parent.c_str(), 0755) == 0 || errno != ENOENT)
        return;
    makeParents(parent);
    mkdir(parent.c_str(), 0755);
}

void checkFolder(const std::filesystem::path &folder)
{
    struct stat status
    {
    };
    if (stat(folder.c_str(), &status) != 0)
        throw StoreRefused("the state folder " + folder.string() +
                           " cannot be accessed: " + std::generic_category().message(errno));
    if (!S_ISDIR(status.st_mode))
        throw StoreRefused("the state folder " + folder.string() + " is not a folder");
    if (status.st_uid != geteuid())
        throw StoreRefused("the state folder " + folder.string() + " belongs to uid " + std::to_string(status.st_uid) +
                           ", and psa-host runs as uid " + std::to_string(geteuid()) + "; run it as its owner");
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        throw StoreRefused("the state folder " + folder.string() + " is open to other users; run: chmod 700 '" +
                           folder.string() + "'");
}

/// Anyone who could replace our folder, or one above it, could steal tickets or forge some.
void checkWay(const std::filesystem::path &folder)
try
{
    os::openTrusted(folder, {.what = "the state folder",
                             .setting = "folder under [store]",
                             .flags = O_PATH | O_DIRECTORY,
                             .followLinks = true});
}
catch (const os::PathRefused &refused)
{
    throw StoreRefused("the path of the state folder " + folder.string() + " is not safe: " + refused.what());
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

StateFolder::StateFolder(const std::filesystem::path &given)
{
    std::filesystem::path folder = std::filesystem::absolute(given).lexically_normal();
    if (!folder.has_filename()) // it ended with a slash
        folder = folder.parent_path();
    makeParents(folder);
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        throw StoreRefused("the state folder " + folder.string() +
                           " cannot be created: " + std::generic_category().message(errno));
    checkFolder(folder);
    checkWay(folder);
    path_ = std::filesystem::canonical(folder);
}

void makePrivateFile(const std::filesystem::path &file)
{
    const os::FileDescriptor opened(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!opened.isOpen())
        fail(file);
}

void replaceFile(const std::filesystem::path &file, const std::string &content)
{
    const std::filesystem::path draft = file.string() + ".new";
    {
        const os::FileDescriptor opened(
            open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!opened.isOpen() ||
            write(opened.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()) ||
            fsync(opened.get()) != 0)
            fail(draft);
    }
    if (rename(draft.c_str(), file.c_str()) != 0)
        fail(file);
    syncFolder(file.parent_path());
}

bool keepDamagedLog(const StateFolder &folder)
{
    if (!std::filesystem::exists(folder.log()) || std::filesystem::file_size(folder.log()) == 0)
        return false;
    return std::filesystem::copy_file(folder.log(), folder.damagedLog(),
                                      std::filesystem::copy_options::overwrite_existing);
}

void syncFile(const std::filesystem::path &file)
{
    const os::FileDescriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.isOpen() || fsync(opened.get()) != 0)
        fail(file);
    syncFolder(std::filesystem::absolute(file).parent_path());
}

} // namespace psa::store
