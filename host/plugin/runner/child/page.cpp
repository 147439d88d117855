#include "host/plugin/runner/child/page.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace psa::plugin::runner::child {

Page::Page(int file)
{
    void *at = mmap(nullptr, pageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (at == MAP_FAILED)
        throw std::system_error(errno, std::generic_category(), "cannot map the shared page");
    page_ = static_cast<SharedPage *>(at);
}

Page::~Page()
{
    munmap(page_, pageBytes);
}

std::int64_t Page::remainingMs(const Slot &slot) const
{
    const std::int64_t now = std::min(nowNs(CLOCK_MONOTONIC), page_->publishedNs + SharedPage::maxAgeNs);
    return (slot.deadlineNs - (now - page_->pausedNs)) / 1'000'000; // read after publishedNs
}

std::int64_t nowNs(int systemClock)
{
    timespec now{};
    clock_gettime(systemClock, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

} // namespace psa::plugin::runner::child
