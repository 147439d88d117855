#include "sandbox/common/private_files.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace psa::sandbox {
namespace {

[[noreturn]] void fail(const std::string &what, const std::filesystem::path &file)
{
    throw std::system_error(errno, std::generic_category(), what + " " + file.string());
}

} // namespace

std::string readFile(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in)
        fail("cannot read", file);
    // A name may refer to a device that never ends.
    constexpr std::size_t most = 16 << 20;
    std::string text(most + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad() || text.size() > most)
        throw std::runtime_error(file.string() + (in.bad() ? " cannot be read" : " is larger than 16 MiB"));
    return text;
}

void replaceFile(const std::filesystem::path &file, const std::string &content, unsigned mode)
{
    std::string name = file.string() + ".XXXXXX";
    const int fd = ::mkstemp(name.data()); // creates it with mode 0600
    if (fd < 0)
        fail("cannot write beside", file);
    const bool good = ::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
                      ::fchmod(fd, static_cast<mode_t>(mode)) == 0;
    ::close(fd);
    if (good && ::rename(name.c_str(), file.c_str()) == 0)
        return;
    const int error = errno;
    ::unlink(name.c_str());
    errno = error;
    fail("cannot write", file);
}

TemporaryFolder::TemporaryFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "psa-sandbox-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        fail("cannot make the folder", name);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored; // a leftover in the temporary folder does no harm
    std::filesystem::remove_all(path_, ignored);
}

} // namespace psa::sandbox
