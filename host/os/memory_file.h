#pragma once

#include "host/os/file_descriptor.h"

#include <string>
#include <string_view>

namespace psa::os {

/// An anonymous file in memory, to which a child can write any amount. Closed in other children.
class MemoryFile
{
public:
    /// Throws std::system_error.
    MemoryFile();
    /// With `content`, positioned at its beginning.
    explicit MemoryFile(std::string_view content);

    int fd() const { return file_.get(); }

    /// The last `maxBytes` of its content.
    std::string tail(std::size_t maxBytes = 1 << 20) const;

private:
    FileDescriptor file_;
};

/// Whether the open file `fd` is a MemoryFile, created by us or by the process that passed it.
bool isMemoryFile(int fd);

} // namespace psa::os
