#pragma once

#include <unistd.h>

#include <utility>

namespace psa::os {

/// Owns a descriptor and closes it.
class FileDescriptor
{
public:
    /// `fd`: as returned by open(); negative = none.
    explicit FileDescriptor(int fd = -1) : fd_(fd) {}
    ~FileDescriptor() { reset(); }
    FileDescriptor(const FileDescriptor &) = delete;
    FileDescriptor &operator=(const FileDescriptor &) = delete;

    FileDescriptor(FileDescriptor &&other) noexcept : fd_(other.release()) {}
    FileDescriptor &operator=(FileDescriptor &&other) noexcept
    {
        reset(other.release());
        return *this;
    }

    int get() const { return fd_; }
    bool isOpen() const { return fd_ >= 0; }

    /// Closes the current descriptor and owns `fd` instead.
    void reset(int fd = -1)
    {
        if (isOpen())
            close(fd_);
        fd_ = fd;
    }
    /// Gives up ownership; the caller must close the returned descriptor.
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

} // namespace psa::os
