#pragma once

#include <cstddef>
#include <cstdint>

namespace psa::events::reader::child {

// How the process that runs reader programs confines itself, once all libraries are loaded and before it reads anything.
// A sanitizer needs memory and system calls of its own: in such a build only files and privileges are limited.

/// Denies all files, new privileges, and all system calls but those that computing, the socket and the limits below need,
/// to this process, for good. The kernel kills it when the thread that spawned it exits, and first when memory runs out.
/// Throws std::system_error if the kernel refuses a part that it has.
void confine();

/// The data that the process has, in bytes. Takes long enough not to be asked for each run.
std::size_t memoryInUse();

/// Allows `bytes` of data in all from now on. Throws std::system_error.
void limitMemory(std::size_t bytes);

/// The kernel kills the process (SIGPROF) after this much processor time; 0 = no more. Throws std::system_error.
void limitTime(std::uint32_t milliseconds);

} // namespace psa::events::reader::child
