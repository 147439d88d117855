#pragma once

#include "host/plugin/runner/child/host_link.h"

#include <psa/plugin.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

namespace psa::plugin::runner::child {

/// One psa_call. It passes on what the plugin delivers, and judges nothing: the host does. The last calls that have ended
/// are kept, so that a plugin that uses one too late, from a stray thread, finds our memory.
class Call : public std::enable_shared_from_this<Call>
{
public:
    /// `slot`: the place of the call in the shared page.
    static std::shared_ptr<Call> begin(const std::shared_ptr<HostLink> &link, std::uint64_t number, std::size_t slot);
    /// Ours behind `call`, which begin() created; keeps it alive meanwhile.
    static std::shared_ptr<Call> of(const psa_call *call);

    ~Call() = default;
    Call(const Call &) = delete;
    Call &operator=(const Call &) = delete;

    const psa_call *raw() const { return &raw_; }
    std::uint64_t number() const { return number_; }
    void end() { ended_ = true; }
    bool hasEnded() const { return ended_; }

    /// nullptr once the socket has ended.
    std::shared_ptr<HostLink> link() const { return link_.lock(); }
    /// Whether a clock other than the system's must be asked for, which also says that the plugin uses a call too late.
    bool asksForTime(const HostLink &link) const;
    /// Tells the host how the plugin misused a service; `how` completes "it ...". Returns what the service returns.
    psa_status misused(std::string_view how) const noexcept;

private:
    Call(const std::shared_ptr<HostLink> &link, std::uint64_t number, std::size_t slot);

    static std::uint32_t isCancelled(const psa_call *call) noexcept;
    static std::int64_t remainingMs(const psa_call *call) noexcept;
    static void writeLog(const psa_call *call, psa_log_level level, psa_str message) noexcept;
    static void putResult(const psa_call *call, psa_str json) noexcept;
    static void putError(const psa_call *call, const psa_error *error) noexcept;

    psa_call raw_{};
    std::weak_ptr<HostLink> link_;
    std::uint64_t number_;
    std::size_t slot_;
    std::atomic<bool> ended_{false};
};

} // namespace psa::plugin::runner::child
