#include "host/plugin/trusted_file.h"

#include <Poco/SHA2Engine.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace psa::plugin {
namespace {

std::string systemText(int error)
{
    return std::generic_category().message(error);
}

std::vector<unsigned char> readAll(int fd, std::uint64_t size)
{
    if (size > TrustedFile::maxBytes)
        throw std::runtime_error("a file of " + std::to_string(size) + " bytes; at most " +
                                 std::to_string(TrustedFile::maxBytes) + " are read");
    std::vector<unsigned char> content(size);
    for (std::size_t done = 0; done < content.size();)
    {
        const ssize_t got = pread(fd, content.data() + done, content.size() - done, static_cast<off_t>(done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            throw std::runtime_error(got == 0 ? "the file was truncated while it was read" : systemText(errno));
        done += static_cast<std::size_t>(got);
    }
    return content;
}

} // namespace

TrustedFile TrustedFile::open(const std::filesystem::path &path, bool trustPath)
{
    // Opening a FIFO for reading would block; O_NONBLOCK prevents that, and the check for a regular file rejects it.
    os::FileDescriptor file = os::openTrusted(path, {.what = "a plugin file",
                                                     .setting = R"("folders" or "files" under [plugins])",
                                                     .flags = O_RDONLY | O_NONBLOCK,
                                                     .checkOwners = !trustPath});
    struct stat status = {};
    if (fstat(file.get(), &status) != 0)
        throw std::system_error(errno, std::generic_category(), path.string());
    if (!S_ISREG(status.st_mode))
        throw os::PathRefused(path.string(), "a regular file", "something else", "Name the plugin file itself.");
    TrustedFile opened;
    opened.device_ = status.st_dev;
    opened.inode_ = status.st_ino;
    opened.bytes_ = readAll(file.get(), static_cast<std::uint64_t>(status.st_size));
    return opened;
}

std::string TrustedFile::sha256() const
{
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(bytes_.data(), bytes_.size());
    return Poco::DigestEngine::digestToHex(engine.digest());
}

} // namespace psa::plugin
