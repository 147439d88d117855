#include "host/os/read_file.h"

#include "host/os/file_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <istream>
#include <stdexcept>
#include <system_error>

namespace psa::os {
namespace {

[[noreturn]] void fail()
{
    throw std::system_error(errno, std::generic_category());
}

std::string bounded(std::string content, std::size_t most)
{
    if (content.size() > most)
        throw std::runtime_error("it has more than " + std::to_string(most) + " bytes");
    return content;
}

} // namespace

std::string readUpTo(int fd, std::size_t most)
{
    std::string content;
    std::array<char, 1 << 14> block{};
    while (content.size() <= most)
    {
        const ssize_t got = read(fd, block.data(), std::min(block.size(), most + 1 - content.size()));
        if (got < 0 && errno != EINTR)
            fail();
        if (got == 0)
            break;
        content.append(block.data(), got < 0 ? 0 : static_cast<std::size_t>(got));
    }
    return content;
}

std::string readFile(const std::filesystem::path &file, std::size_t most)
{
    const FileDescriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.isOpen())
        fail();
    return bounded(readUpTo(opened.get(), most), most);
}

std::string readStream(std::istream &in, std::size_t most)
{
    std::string content(most + 1, '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    content.resize(static_cast<std::size_t>(in.gcount()));
    return bounded(std::move(content), most);
}

std::optional<std::string> readLine(std::istream &in, std::size_t most)
{
    std::string line;
    std::array<char, 1 << 14> block{};
    for (;;)
    {
        in.getline(block.data(), block.size());
        if (in.bad())
            fail();
        const bool isWhole = in.good(); // the line feed was removed and counted
        line.append(block.data(), static_cast<std::size_t>(in.gcount()) - (isWhole ? 1 : 0));
        if (line.size() > most)
            throw std::runtime_error("a line has more than " + std::to_string(most) + " bytes");
        if (isWhole)
            return line;
        if (in.eof())
            return line.empty() ? std::nullopt : std::optional(line);
        in.clear(); // the block was full
    }
}

} // namespace psa::os
