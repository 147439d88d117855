#pragma once

#include <psa/plugin.h>

namespace psa::plugin {

class TrustedFile;

/// A mapped plugin library. Nothing ever unmaps it: plugins leave threads, thread-local objects and handlers behind,
/// and each of those crashes a process that unloads. Copies mean the same library.
class Library
{
public:
    Library() = default;

    /// Maps the very file that was checked, through its descriptor, with everything resolved and no symbol shared. The
    /// descriptor is duplicated and kept open forever: the dynamic linker knows libraries by name, and a number that
    /// is used again would give it the old library for a new file. Throws std::runtime_error with the linker's words.
    static Library map(const TrustedFile &file);

    bool isMapped() const { return entry_ != nullptr; }
    psa_plugin_entry_fn entry() const { return entry_; }

private:
    psa_plugin_entry_fn entry_ = nullptr;
};

} // namespace psa::plugin
