#pragma once

#include <psa/plugin.h>

#include <string>
#include <string_view>

namespace psa::plugin {

class TrustedFile;

/// A mapped plugin library. It is never unmapped: plugins leave threads, thread-local objects and handlers behind, and
/// each of those crashes a process that unloads. Copies refer to the same library.
class Library
{
public:
    Library() = default;

    /// Maps exactly the file that was checked, through its descriptor, with all symbols resolved and none shared. The
    /// descriptor is duplicated and kept open forever: the dynamic linker identifies libraries by name, and a reused
    /// descriptor number would give it the old library for a new file. Throws std::runtime_error with the linker's
    /// message.
    static Library map(const TrustedFile &file);

    bool isMapped() const { return entry_ != nullptr; }
    psa_plugin_entry_fn entry() const { return entry_; }

private:
    psa_plugin_entry_fn entry_ = nullptr;
};

/// What to do about a library that the dynamic linker rejects. `words`: the message of dlerror().
std::string linkerAdvice(std::string_view words);

} // namespace psa::plugin
