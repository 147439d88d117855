#pragma once

#include "host/store/store.h"

#include <memory>

namespace psa::test {

/// What a store in memory has made durable: whoever keeps it can open it again, as after the end of a process.
class MemoryDisk;
std::shared_ptr<MemoryDisk> makeMemoryDisk();

/// A store in memory, for tests and simulations. It has no thread of its own: work is done on the thread of whoever asks, one
/// after the other, and what is asked for later is done at once. A transaction copies all that there is, so it is for some
/// thousand tickets.
std::unique_ptr<store::Store> openMemoryStore(std::shared_ptr<MemoryDisk> disk,
                                              std::shared_ptr<const clock::Clock> clock);

} // namespace psa::test
