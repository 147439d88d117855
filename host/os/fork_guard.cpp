#include "host/os/fork_guard.h"

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <stdexcept>

namespace psa::os {
namespace {

/// A descriptor plus 1; 0 = free. The child must not wait for a lock, which may have been held during the fork.
std::array<std::atomic<int>, 16> guarded;

extern "C" void closeGuarded()
{
    for (std::atomic<int> &each : guarded)
        if (const int fd = each.exchange(0) - 1; fd >= 0)
            close(fd);
}

} // namespace

ForkGuard::ForkGuard(int fd) : fd_(fd)
{
    static const int registered = pthread_atfork(nullptr, nullptr, closeGuarded);
    if (registered != 0)
        throw std::runtime_error("descriptors cannot be closed in child processes: pthread_atfork failed");
    for (std::atomic<int> &each : guarded)
        if (int free = 0; each.compare_exchange_strong(free, fd + 1))
            return;
    throw std::length_error("too many descriptors to close in child processes");
}

ForkGuard::~ForkGuard()
{
    for (std::atomic<int> &each : guarded)
        if (int mine = fd_ + 1; each.compare_exchange_strong(mine, 0))
            return;
}

} // namespace psa::os
