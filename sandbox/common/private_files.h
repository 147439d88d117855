#pragma once

#include <filesystem>
#include <string>

namespace psa::sandbox {

std::string readFile(const std::filesystem::path &file);
/// Replaces the content of `file` atomically, so that a reader sees all of it or the old content. `mode` as for chmod.
void replaceFile(const std::filesystem::path &file, const std::string &content, unsigned mode);

/// A new folder (0700) that is removed at the end.
class TemporaryFolder
{
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;
    const std::filesystem::path &path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace psa::sandbox
