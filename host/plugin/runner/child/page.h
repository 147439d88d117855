#pragma once

#include "host/plugin/runner/protocol.h"

namespace psa::plugin::runner::child {

/// The shared page, mapped during the lifetime of this object.
class Page
{
public:
    /// `file`: a descriptor of the page, which may be closed afterwards. Throws std::system_error.
    explicit Page(int file);
    ~Page();
    Page(const Page &) = delete;
    Page &operator=(const Page &) = delete;

    SharedPage &operator*() const { return *page_; }
    const Slot &slot(std::size_t number) const { return page_->slot[number]; }

    /// Milliseconds until the deadline of a slot; negative once it has passed.
    std::int64_t remainingMs(const Slot &slot) const;

private:
    SharedPage *page_ = nullptr;
};

/// The time in nanoseconds of a system clock, such as CLOCK_MONOTONIC.
std::int64_t nowNs(int systemClock);

} // namespace psa::plugin::runner::child
