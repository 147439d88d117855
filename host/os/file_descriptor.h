#pragma once

#include <unistd.h>

#include <utility>

namespace psa::os {

/// Closes what it holds.
class FileDescriptor
{
public:
    /// `fd`: as open() gives it; negative = none.
    explicit FileDescriptor(int fd = -1) : fd_(fd) {}
    ~FileDescriptor() { reset(); }
    FileDescriptor(const FileDescriptor &) = delete;
    FileDescriptor &operator=(const FileDescriptor &) = delete;

    FileDescriptor(FileDescriptor &&other) noexcept : fd_(other.release()) {}
    FileDescriptor &operator=(FileDescriptor &&) = delete;

    int get() const { return fd_; }
    bool isOpen() const { return fd_ >= 0; }

    /// Closes what it held and holds `fd` instead.
    void reset(int fd = -1)
    {
        if (isOpen())
            close(fd_);
        fd_ = fd;
    }
    /// Holds nothing any more; the caller closes what is returned.
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

} // namespace psa::os
