#include "host/plugin/runner/child/call.h"

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <utility>

namespace psa::plugin::runner::child {
namespace {

/// nullopt = NULL with a size.
std::optional<std::string_view> viewOf(psa_str text, std::size_t most)
{
    if (text.size == 0)
        return std::string_view();
    if (text.data == nullptr)
        return {};
    return std::string_view(text.data, std::min(text.size, most));
}

void retire(std::shared_ptr<Call> call)
{
    static std::mutex mutex;
    static auto *retired = new std::deque<std::shared_ptr<Call>>; // outlives every plugin thread
    const std::lock_guard lock(mutex);
    retired->push_back(std::move(call));
    if (retired->size() > 1024)
        retired->pop_front();
}

} // namespace

Call::Call(const std::shared_ptr<HostLink> &link, std::uint64_t number, std::size_t slot)
    : link_(link), number_(number), slot_(slot)
{
    raw_ = {sizeof raw_, 0, this, &isCancelled, &remainingMs, &writeLog, &putResult, &putError};
}

std::shared_ptr<Call> Call::begin(const std::shared_ptr<HostLink> &link, std::uint64_t number, std::size_t slot)
{
    std::shared_ptr<Call> call(new Call(link, number, slot));
    retire(call);
    return call;
}

std::shared_ptr<Call> Call::of(const psa_call *call)
{
    return static_cast<Call *>(call->host_data)->shared_from_this();
}

bool Call::asksForTime(const HostLink &link) const
{
    return ended_ || link.page().slot(slot_).ownClock != 0;
}

psa_status Call::misused(std::string_view what) const noexcept
try
{
    if (const auto host = link())
        host->channel().write(FrameWriter(Kind::misused, number_).text(what).take());
    return PSA_INTERNAL;
}
catch (const std::bad_alloc &)
{
    constexpr std::string_view line = "psa-plugin-runner: out of memory while reporting a misused service\n";
    static_cast<void>(::write(STDERR_FILENO, line.data(), line.size()));
    return PSA_INTERNAL;
}

/// 1 for a call that has ended, so that a stray thread stops.
std::uint32_t Call::isCancelled(const psa_call *call) noexcept
{
    const auto self = of(call);
    const auto link = self->link();
    return !link || self->ended_ || link->page().slot(self->slot_).cancelled != 0 ? 1 : 0;
}

std::int64_t Call::remainingMs(const psa_call *call) noexcept
try
{
    const auto self = of(call);
    const auto link = self->link();
    if (!link || self->ended_)
        return 0;
    const Slot &slot = link->page().slot(self->slot_);
    if (slot.ownClock == 0)
        return link->page().remainingMs(slot);
    return link->askForTime(Kind::readRemaining, self->number_, [](FrameWriter &) {});
}
catch (const std::bad_alloc &)
{
    of(call)->misused("uses remaining_ms while memory has run out");
    return 0;
}

void Call::writeLog(const psa_call *call, psa_log_level level, psa_str message) noexcept
{
    const auto self = of(call);
    const auto link = self->link();
    if (!link)
        return;
    if (message.data == nullptr && message.size == 0 && level > PSA_LOG_ERROR)
        self->misused("logs with a level that does not exist");
    else if (message.data != nullptr || message.size != 0)
        link->channel().log(self->number_, level, viewOf(message, maxSentTextBytes));
}

/// The host needs it only together with the end of the call, and wakes up once for both.
void Call::deliver(HostLink &link, FrameWriter frame) const
{
    if (!ended_ && std::this_thread::get_id() == caller_)
        link.channel().writeWithNext(frame.take());
    else
        link.channel().write(frame.take());
}

void Call::putResult(const psa_call *call, psa_str json) noexcept
try
{
    const auto self = of(call);
    if (const auto link = self->link())
    {
        FrameWriter frame(Kind::result, self->number_);
        frame.number(json.size).textOrNone(viewOf(json, maxResultBytes + 1));
        self->deliver(*link, std::move(frame));
    }
}
catch (const std::bad_alloc &)
{
    of(call)->misused("delivers a result while memory has run out");
}

void Call::putError(const psa_call *call, const psa_error *error) noexcept
try
{
    const auto self = of(call);
    const auto link = self->link();
    if (!link)
        return;
    FrameWriter frame(Kind::error, self->number_);
    const bool readable = error != nullptr && PSA_HAS(psa_error, error, field);
    frame.number(readable ? 1 : 0);
    if (readable)
    {
        frame.number(error->status).number(error->http_status).number(error->retry_after_ms);
        for (const psa_str &text :
             {error->user_message, error->hint, error->internal_detail, error->vendor_code, error->field})
            frame.textOrNone(viewOf(text, maxSentTextBytes)).number(text.size);
    }
    self->deliver(*link, std::move(frame));
}
catch (const std::bad_alloc &)
{
    of(call)->misused("delivers an error while memory has run out");
}

} // namespace psa::plugin::runner::child
