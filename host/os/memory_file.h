#pragma once

#include "host/os/file_descriptor.h"

#include <string>
#include <string_view>

namespace psa::os {

/// A file without a name, in memory, into which a child can write however much it likes. Closed in other children.
class MemoryFile
{
public:
    /// Throws std::system_error.
    MemoryFile();
    /// With `content`, to be read from its beginning.
    explicit MemoryFile(std::string_view content);

    int fd() const { return file_.get(); }

    /// The last `maxBytes` of what was written.
    std::string tail(std::size_t maxBytes = 1 << 20) const;

private:
    FileDescriptor file_;
};

/// Is the open file `fd` a MemoryFile, of ours or of the process that handed it down?
bool isMemoryFile(int fd);

} // namespace psa::os
