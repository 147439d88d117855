#pragma once

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

namespace psa::os {

/// All that comes from the open file `fd`, but never more than one byte above `most`: a device such as /dev/zero has no
/// end. Throws std::system_error.
std::string readUpTo(int fd, std::size_t most);

/// The content of `file`, which has at most `most` bytes. Throws std::runtime_error that says what is wrong, such as
/// "it has more than 1048576 bytes", and leaves it to the caller to name the file.
std::string readFile(const std::filesystem::path &file, std::size_t most);

/// What is left in `in`, at most `most` bytes; throws as readFile().
std::string readStream(std::istream &in, std::size_t most);

/// The next line of `in` without its line feed, at most `most` bytes; nothing at the end. Throws as readFile().
std::optional<std::string> readLine(std::istream &in, std::size_t most);

} // namespace psa::os
