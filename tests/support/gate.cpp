#include "tests/support/gate.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <system_error>

namespace psa::test {

Gate::Gate() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (descriptor_ < 0)
        throw std::system_error(errno, std::generic_category(), "eventfd");
}

Gate::~Gate()
{
    close(descriptor_);
}

void Gate::open()
{
    open_.store(true); // before the wake-up: woken threads must see it
    const std::uint64_t one = 1;
    if (write(descriptor_, &one, sizeof one) != sizeof one)
        throw std::system_error(errno, std::generic_category(), "writing an eventfd");
}

bool Gate::wait(std::chrono::milliseconds limit) const
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!isOpen())
    {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
        if (left <= 0)
            return false;
        pollfd entry{descriptor_, POLLIN, 0};
        poll(&entry, 1, static_cast<int>(left));
    }
    return true;
}

bool waitFor(const Gate &gate, const Gate &over)
{
    while (!gate.isOpen() && !over.isOpen())
    {
        pollfd entries[] = {{gate.descriptor(), POLLIN, 0}, {over.descriptor(), POLLIN, 0}};
        poll(entries, 2, -1);
    }
    return gate.isOpen();
}

bool pauseFor(std::chrono::microseconds time, const Gate &over)
{
    const auto end = std::chrono::steady_clock::now() + time;
    while (!over.isOpen())
    {
        const auto left =
            std::chrono::duration_cast<std::chrono::nanoseconds>(end - std::chrono::steady_clock::now()).count();
        if (left <= 0)
            return true;
        const timespec limit{left / 1'000'000'000, left % 1'000'000'000};
        pollfd entry{over.descriptor(), POLLIN, 0};
        ppoll(&entry, 1, &limit, nullptr);
    }
    return false;
}

} // namespace psa::test
