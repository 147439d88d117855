#include "host/store/sqlite/state_folder.h"

#include "host/os/file_descriptor.h"
#include "host/os/trusted_path.h"
#include "host/store/store_error.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace psa::store {
namespace {

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
