#include "host/plugin/trusted_file.h"

#include "host/os/file_descriptor.h"

#include <Poco/SHA2Engine.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <iomanip>
#include <sstream>
#include <system_error>
#include <utility>

namespace psa::host {
namespace {

std::string systemText(int error)
{
    return std::generic_category().message(error);
}

std::string modeText(const struct stat &status)
{
    std::ostringstream text;
    text << std::oct << std::setw(4) << std::setfill('0') << (status.st_mode & 07777U);
    return text.str();
}

bool isOurs(const struct stat &status)
{
    return status.st_uid == 0 || status.st_uid == geteuid();
}

bool othersWrite(const struct stat &status)
{
    return (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

bool isRootsSticky(const struct stat &status)
{
    return S_ISDIR(status.st_mode) && status.st_uid == 0 && (status.st_mode & S_ISVTX) != 0;
}

/// Owner and mode of one component. In a sticky folder nobody can replace what belongs to another, so what counts there
/// is the owner of the next component, which is checked in any case.
void checkOwner(const struct stat &status, const std::string &component)
{
    if (!isOurs(status))
        throw PathRefused(component, "owned by root or by the user of psa-host",
                          "owner uid " + std::to_string(status.st_uid), "chown root '" + component + "'");
    if (othersWrite(status) && !isRootsSticky(status))
        throw PathRefused(component, "writable by its owner alone", "mode " + modeText(status),
                          "chmod go-w '" + component + "'");
}

[[noreturn]] void throwOpenError(const std::string &component, int error, bool isLast)
{
    if (error == ENOENT)
        throw PathRefused(component, "a plugin file", "there is no such file or folder",
                          "Correct \"folders\" or \"files\" under [plugins] in the configuration file.", true);
    if (error == ELOOP || (error == ENOTDIR && !isLast))
        throw PathRefused(component, "no symbolic link", "a symbolic link or not a folder",
                          "Name the real path in the configuration file: realpath '" + component + "'");
    throw PathRefused(component, "readable by psa-host", systemText(error), "ls -ld '" + component + "'");
}

} // namespace

PathRefused::PathRefused(std::string where, std::string wanted, std::string was, std::string what, bool missing)
    : std::runtime_error(where + ": expected " + wanted + ", found " + was), component(std::move(where)),
      expected(std::move(wanted)), found(std::move(was)), advice(std::move(what)), notFound(missing)
{
}

TrustedFile TrustedFile::open(const std::filesystem::path &path, bool trustPath)
{
    if (!path.is_absolute() || path != path.lexically_normal())
        throw PathRefused(path.string(), "an absolute path without '.' and '..'", path.string(),
                          "Name the real path in the configuration file: realpath '" + path.string() + "'");
    FileDescriptor current(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    std::filesystem::path walked = "/";
    const auto parts = path.relative_path();
    for (auto part = parts.begin(); part != parts.end(); ++part)
    {
        walked /= *part;
        const bool isLast = std::next(part) == parts.end();
        // A FIFO would block an open for reading; O_NONBLOCK opens it, and the check for a regular file refuses it.
        const int flags = isLast ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
        const int follow = trustPath && !isLast ? 0 : O_NOFOLLOW;
        const int next = openat(current.get(), part->c_str(), flags | follow | O_CLOEXEC);
        if (next < 0)
            throwOpenError(walked.string(), errno, isLast);
        current.reset(next);
        struct stat status
        {
        };
        if (fstat(current.get(), &status) != 0)
            throwOpenError(walked.string(), errno, isLast);
        if (isLast && !S_ISREG(status.st_mode))
            throw PathRefused(walked.string(), "a regular file", "something else", "Name the plugin file itself.");
        if (!trustPath)
            checkOwner(status, walked.string());
    }
    return TrustedFile(current.release());
}

TrustedFile::TrustedFile(int fd) : fd_(fd)
{
    struct stat status
    {
    };
    if (fstat(fd_, &status) != 0)
        throw std::system_error(errno, std::generic_category(), "the plugin file cannot be looked at");
    device_ = status.st_dev;
    inode_ = status.st_ino;
    size_ = static_cast<std::uint64_t>(status.st_size);
}

TrustedFile::TrustedFile(TrustedFile &&other) noexcept
    : fd_(std::exchange(other.fd_, -1)), device_(other.device_), inode_(other.inode_), size_(other.size_)
{
}

TrustedFile::~TrustedFile()
{
    if (fd_ >= 0)
        close(fd_);
}

std::vector<unsigned char> TrustedFile::read() const
{
    if (size_ > maxBytes)
        throw std::runtime_error("a file of " + std::to_string(size_) + " bytes; at most " + std::to_string(maxBytes) +
                                 " are read");
    std::vector<unsigned char> content(size_);
    for (std::size_t done = 0; done < content.size();)
    {
        const ssize_t got = pread(fd_, content.data() + done, content.size() - done, static_cast<off_t>(done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            throw std::runtime_error(got == 0 ? "the file became shorter while it was read" : systemText(errno));
        done += static_cast<std::size_t>(got);
    }
    return content;
}

std::string TrustedFile::sha256() const
{
    const auto content = read();
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(content.data(), content.size());
    return Poco::DigestEngine::digestToHex(engine.digest());
}

} // namespace psa::host
