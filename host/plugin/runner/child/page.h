#pragma once

#include "host/plugin/runner/protocol.h"

namespace psa::plugin::runner::child {

/// The shared page, mapped as long as this exists.
class Page
{
public:
    /// Throws std::system_error.
    explicit Page(int file);
    ~Page();
    Page(const Page &) = delete;
    Page &operator=(const Page &) = delete;

    SharedPage &operator*() const { return *page_; }
    const Slot &slot(std::size_t number) const { return page_->slot[number]; }

    /// Until the deadline of a slot; negative once it has passed.
    std::int64_t remainingMs(const Slot &slot) const;

private:
    SharedPage *page_ = nullptr;
};

/// The time of a clock of the system, such as CLOCK_MONOTONIC.
std::int64_t nowNs(int systemClock);

} // namespace psa::plugin::runner::child
