#include "host/os/trusted_path.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <climits>
#include <iomanip>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

namespace psa::os {
namespace {

constexpr int maxLinks = 40; ///< The kernel's limit.

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

bool rejectedHere(const struct stat &status)
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

/// A link has no mode of its own. In a sticky folder nobody can replace other users' files, so there the owner of the
/// next component matters, which is checked in any case.
void checkOwner(const struct stat &status, const std::string &component)
{
    const bool isLink = S_ISLNK(status.st_mode);
    if (!rejectedHere(status))
        throw PathRefused(component, "owned by root or by the user of psa-host",
                          "owner uid " + std::to_string(status.st_uid),
                          (isLink ? "chown -h root '" : "chown root '") + component + "'");
    if (!isLink && othersWrite(status) && !isRootsSticky(status))
        throw PathRefused(component, "writable only by its owner", "mode " + modeText(status),
                          "chmod go-w '" + component + "'");
}

/// Traverses one path.
class PathTraversal
{
public:
    PathTraversal(const std::filesystem::path &path, const PathRules &rules) : rules_(rules)
    {
        push(path.relative_path());
        fromRoot();
    }

    FileDescriptor run()
    {
        while (!left_.empty())
        {
            const std::filesystem::path part = std::move(left_.back());
            left_.pop_back();
            if (!rules_.followLinks || !follow(part))
                step(part);
        }
        return std::move(current_);
    }

private:
    void fromRoot()
    {
        current_.reset(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
        walked_ = "/";
    }

    void push(const std::filesystem::path &relative)
    {
        const std::vector<std::filesystem::path> parts(relative.begin(), relative.end());
        left_.insert(left_.end(), parts.rbegin(), parts.rend());
    }

    /// False if it is not a link.
    bool follow(const std::filesystem::path &part)
    {
        struct stat status = {};
        if (fstatat(current_.get(), part.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISLNK(status.st_mode))
            return false;
        const std::string name = walked_ / part;
        if (rules_.checkOwners)
            checkOwner(status, name);
        std::array<char, PATH_MAX> target{};
        const ssize_t length = readlinkat(current_.get(), part.c_str(), target.data(), target.size());
        if (length < 0 || ++links_ > maxLinks)
            throwOpenError(name, length < 0 ? errno : ELOOP);
        const std::filesystem::path to(std::string(target.data(), static_cast<std::size_t>(length)));
        push(to.relative_path());
        if (to.is_absolute())
            fromRoot();
        return true;
    }

    void step(const std::filesystem::path &part)
    {
        walked_ /= part;
        const bool isLast = left_.empty();
        const int follow = !rules_.checkOwners && !isLast ? 0 : O_NOFOLLOW;
        const int flags = isLast ? rules_.flags : O_PATH | O_DIRECTORY;
        const int next = openat(current_.get(), part.c_str(), flags | follow | O_CLOEXEC);
        if (next < 0)
            throwOpenError(walked_, errno);
        current_.reset(next);
        struct stat status = {};
        if (fstat(next, &status) != 0)
            throwOpenError(walked_, errno);
        if (rules_.checkOwners)
            checkOwner(status, walked_);
    }

    [[noreturn]] void throwOpenError(const std::string &component, int error) const
    {
        if (error == ENOENT)
            throw PathRefused(component, rules_.what, "there is no such file or folder",
                              "Correct " + rules_.setting + " in the configuration file.", true);
        if (error == ELOOP || (error == ENOTDIR && !left_.empty()))
            throw PathRefused(component, "no symbolic link", "a symbolic link or not a folder",
                              "Name the real path in the configuration file: realpath '" + component + "'");
        throw PathRefused(component, "readable by psa-host", systemText(error), "ls -ld '" + component + "'");
    }

    const PathRules &rules_;
    FileDescriptor current_;
    std::filesystem::path walked_;
    std::vector<std::filesystem::path> left_; ///< The next one last.
    int links_ = 0;
};

} // namespace

PathRefused::PathRefused(std::string where, std::string wanted, std::string was, std::string what, bool missing)
    : std::runtime_error(where + ": expected " + wanted + ", found " + was + ". Next: " + what),
      component(std::move(where)), expected(std::move(wanted)), found(std::move(was)), advice(std::move(what)),
      notFound(missing)
{
}

FileDescriptor openTrusted(const std::filesystem::path &path, const PathRules &rules)
{
    if (!path.is_absolute() || path != path.lexically_normal())
        throw PathRefused(path.string(), "an absolute path without '.' and '..'", path.string(),
                          "Name the real path in the configuration file: realpath '" + path.string() + "'");
    return PathTraversal(path, rules).run();
}

} // namespace psa::os
