#pragma once

#include "host/os/memory_file.h"

#include <string>

namespace psa::check {

/// Captures the standard output and error of this process, until its end.
class OutputCapture
{
public:
    /// Throws std::system_error.
    OutputCapture();
    ~OutputCapture();
    OutputCapture(const OutputCapture &) = delete;
    OutputCapture &operator=(const OutputCapture &) = delete;

    /// The last 1000 bytes written so far.
    std::string text() const;

private:
    os::MemoryFile file_;
    os::FileDescriptor out_;
    os::FileDescriptor error_;
};

} // namespace psa::check
