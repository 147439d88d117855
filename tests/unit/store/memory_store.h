#pragma once

#include "host/store/store.h"

#include <memory>

namespace psa::test {

/// What a store in memory has made durable: it can be reopened from it, as after the end of a process.
class MemoryDisk;
std::shared_ptr<MemoryDisk> makeMemoryDisk();

/// A store in memory, for tests and simulations. It has no thread: work is done on the caller's thread, one call at a
/// time, and deferred work is done immediately. A transaction copies everything, so it is for a few thousand tickets.
/// `shared`: several stores may be open on the disk at the same time, for several hosts; their clock should be the same.
std::unique_ptr<store::Store> openMemoryStore(std::shared_ptr<MemoryDisk> disk,
                                              std::shared_ptr<const clock::Clock> clock, bool shared = false);

} // namespace psa::test
