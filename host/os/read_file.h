#pragma once

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

namespace psa::os {

/// Reads the open file `fd` to its end, but never more than one byte above `most`: a device such as /dev/zero has no
/// end. Throws std::system_error.
std::string readUpTo(int fd, std::size_t most);

/// The content of `file`, at most `most` bytes. Throws std::runtime_error that says what is wrong, such as "it has more
/// than 1048576 bytes", without the name of the file, which the caller adds.
std::string readFile(const std::filesystem::path &file, std::size_t most);

/// The rest of `in`, at most `most` bytes; throws like readFile().
std::string readStream(std::istream &in, std::size_t most);

/// The next line of `in` without its line feed, at most `most` bytes; nullopt at the end. Throws like readFile().
std::optional<std::string> readLine(std::istream &in, std::size_t most);

} // namespace psa::os
