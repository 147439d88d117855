#pragma once

#include "host/os/trusted_path.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace psa::plugin {

/// The content of a plugin file when it was opened. The digest, the checks and the loaded library come from the same bytes,
/// even if the file changes.
class TrustedFile
{
public:
    static constexpr std::uint64_t maxBytes = 256U << 20U;

    /// Opens `path` like openTrusted(), without following links, and reads it. `trustPath` skips the checks of owners,
    /// and follows links to folders. Throws PathRefused, and std::runtime_error if it cannot be read or is larger than
    /// maxBytes.
    static TrustedFile open(const std::filesystem::path &path, bool trustPath);

    std::uint64_t device() const { return device_; }
    std::uint64_t inode() const { return inode_; }
    const std::vector<unsigned char> &bytes() const { return bytes_; }
    /// SHA-256 of the bytes in lower-case hex.
    std::string sha256() const;

private:
    TrustedFile() = default;

    std::uint64_t device_ = 0;
    std::uint64_t inode_ = 0;
    std::vector<unsigned char> bytes_;
};

} // namespace psa::plugin
