#include "sandbox/common/private_files.h"

#include <cerrno>
#include <fstream>
#include <iterator>
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
    return {std::istreambuf_iterator<char>(in), {}};
}

void replaceFile(const std::filesystem::path &file, const std::string &content, unsigned mode)
{
    std::string name = file.string() + ".XXXXXX";
    const int fd = ::mkstemp(name.data()); // Made with mode 0600.
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
    std::error_code ignored; // A leftover in the temporary folder harms nobody.
    std::filesystem::remove_all(path_, ignored);
}

} // namespace psa::sandbox
