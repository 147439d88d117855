#pragma once

#include "host/os/memory_file.h"

#include <string>

namespace psa::check {

/// Takes what this process writes on standard output and error, until its end.
class OutputCapture
{
public:
    /// Throws std::system_error.
    OutputCapture();
    ~OutputCapture();
    OutputCapture(const OutputCapture &) = delete;
    OutputCapture &operator=(const OutputCapture &) = delete;

    /// What was written so far, the last 1000 bytes.
    std::string text() const;

private:
    os::MemoryFile file_;
    os::FileDescriptor out_;
    os::FileDescriptor error_;
};

} // namespace psa::check
