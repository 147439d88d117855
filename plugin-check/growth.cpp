#include "plugin-check/growth.h"

#include "plugin-check/check_context.h"
#include "plugin-check/process_state.h"

#include <malloc.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// gcc provides the function but no header for it.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes(); // NOLINT(bugprone-reserved-identifier)
#endif

namespace psa::check {
namespace {

std::uint32_t isCancelled(const psa_call *)
{
    return 0;
}

std::int64_t remainingMs(const psa_call *)
{
    return 60000;
}

void log(const psa_call *, psa_log_level, psa_str) {}

void putResult(const psa_call *, psa_str) {}

void putError(const psa_call *, const psa_error *) {}

/// Bytes of the heap in use, without memory that the allocator only keeps. A sanitizer has its own heap.
std::size_t bytesInUse()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return __sanitizer_get_current_allocated_bytes();
#else
    const struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
#endif
}

} // namespace

void mustNotGrow(CheckContext &context, unsigned times, const std::function<void(const psa_call *)> &body,
                 unsigned warmUp)
{
    // Bytes per repetition: half of the smallest block of the allocator. Its padding of blocks varies by a few bytes
    // each time.
    constexpr std::size_t tolerated = 16;
    static const psa_call call{sizeof(psa_call), 0, nullptr, &isCancelled, &remainingMs, &log, &putResult, &putError};
    for (unsigned i = 0; i < warmUp; ++i)
        body(&call);
    const ProcessState before = thingsLeft();
    const std::size_t bytesBefore = bytesInUse();
    for (unsigned i = 0; i < times; ++i)
        body(&call);
    const std::size_t bytesAfter = bytesInUse();
    if (bytesAfter > bytesBefore + times * tolerated)
        context.fail("memory grew by " + std::to_string(bytesAfter - bytesBefore) + " bytes in " +
                     std::to_string(times) + " times");
    const auto left = differences(before, thingsLeft());
    for (std::size_t i = 0; i < left.size() && i < 3; ++i)
        context.fail("in " + std::to_string(times) + " repetitions left: " + left[i]);
}

} // namespace psa::check
