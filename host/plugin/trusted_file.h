#pragma once

#include "host/os/trusted_path.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace psa::plugin {

/// An open plugin file. Hashing, reading and loading all use the same descriptor, so that the file cannot be replaced
/// in between. Owns the descriptor; movable.
class TrustedFile
{
public:
    static constexpr std::uint64_t maxBytes = 256U << 20U;

    /// Opens `path` like openTrusted(), without following links. `trustPath` skips the checks of owners, and follows
    /// links to folders. Throws PathRefused.
    static TrustedFile open(const std::filesystem::path &path, bool trustPath);

    /// A file that was opened and checked by the process that passed it as `fd`. Throws std::system_error.
    static TrustedFile adopt(int fd) { return TrustedFile(fd); }

    ~TrustedFile();
    TrustedFile(const TrustedFile &) = delete;
    TrustedFile &operator=(const TrustedFile &) = delete;
    TrustedFile(TrustedFile &&other) noexcept;
    TrustedFile &operator=(TrustedFile &&) = delete;

    int fd() const { return fd_; }
    std::uint64_t device() const { return device_; }
    std::uint64_t inode() const { return inode_; }

    /// The whole content. Throws std::runtime_error if it cannot be read or is larger than maxBytes.
    std::vector<unsigned char> read() const;
    /// SHA-256 of the content in lower-case hex. Throws like read().
    std::string sha256() const;

private:
    explicit TrustedFile(int fd);

    int fd_;
    std::uint64_t device_ = 0;
    std::uint64_t inode_ = 0;
    std::uint64_t size_ = 0;
};

} // namespace psa::plugin
