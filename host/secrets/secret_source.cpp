#include "host/secrets/secret_source.h"

#include "host/json/utf8.h"
#include "host/os/file_descriptor.h"
#include "host/os/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <istream>
#include <system_error>

namespace psa::secrets {
namespace {

constexpr std::size_t maxBytes = 64 << 10;

std::string errorText()
{
    return std::generic_category().message(errno);
}

/// The open file is checked, so that it cannot be replaced in between.
///
/// A credential belongs to root, and systemd lets the service's user read it by an ACL, whose mask then takes the place
/// of the group's permissions in the mode (systemd, write_credential() in exec-credential.c).
void checkFile(int fd, const std::string &file, SecretFile kind)
{
    const mode_t closed = kind == SecretFile::own ? S_IRWXG | S_IRWXO : S_IWGRP | S_IXGRP | S_IRWXO;
    struct stat status = {};
    if (fstat(fd, &status) != 0)
        throw SecretUnavailable("the secret file " + file + " cannot be accessed: " + errorText());
    if (!S_ISREG(status.st_mode))
        throw SecretUnavailable("the secret file " + file + " is not a regular file");
    if ((status.st_mode & closed) != 0)
        throw SecretUnavailable("the secret file " + file + " is accessible to others; fix it with: chmod 600 '" +
                                file + "'");
    if (status.st_uid != 0 && status.st_uid != geteuid())
        throw SecretUnavailable("the secret file " + file +
                                " belongs to another user; change its owner to the user of psa-host");
}

/// Removes what editors and other systems add around a line: the line end, also CR LF, blanks before it, and a byte
/// order mark. In place, so that no second copy remains in memory.
void keepLine(std::string &text)
{
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    text.erase(last == std::string::npos ? 0 : last + 1);
    text.erase(0, text.size() - json::withoutByteOrderMark(text).size());
}

std::string lineOf(std::istream &in)
try
{
    return os::readLine(in, maxBytes).value_or("");
}
catch (const std::exception &error)
{
    throw SecretUnavailable(std::string("standard input cannot be read: ") + error.what());
}

} // namespace

std::string secretFromFile(const std::string &file, SecretFile kind)
{
    // Opening a FIFO for reading would block; it is rejected right after.
    const os::FileDescriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!opened.isOpen())
        throw SecretUnavailable("the secret file " + file + " cannot be opened: " + errorText());
    checkFile(opened.get(), file, kind);
    std::string text(maxBytes + 1, '\0');
    std::size_t length = 0;
    for (ssize_t got = 1; got > 0 && length < text.size(); length += static_cast<std::size_t>(got))
        if (got = read(opened.get(), text.data() + length, text.size() - length); got < 0)
            throw SecretUnavailable("the secret file " + file + " cannot be read: " + errorText());
    if (length > maxBytes)
        throw SecretUnavailable("the secret file " + file + " is larger than 64 KiB");
    text.resize(length);
    if (const std::string_view encoding = json::foreignEncodingOf(text); !encoding.empty())
        throw SecretUnavailable("the secret file " + file + " is " + std::string(encoding) + "; save it as UTF-8");
    keepLine(text);
    if (text.empty())
        throw SecretUnavailable("the secret file " + file + " is empty");
    return text;
}

std::string secretFromEnvironment(const std::string &name)
{
    const char *value =
        std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
    std::string text = value == nullptr ? "" : value;
    keepLine(text);
    if (text.empty())
        throw SecretUnavailable("the environment variable " + name + " is not set");
    return text;
}

std::string secretFromStream(std::istream &in)
{
    std::string line = lineOf(in);
    keepLine(line);
    if (line.empty())
        throw SecretUnavailable("standard input has no line with the secret");
    return line;
}

} // namespace psa::secrets
