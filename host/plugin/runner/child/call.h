#pragma once

#include "host/plugin/runner/child/host_link.h"

#include <psa/plugin.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <thread>

namespace psa::plugin::runner::child {

/// One psa_call. Sends to the host what the plugin delivers; only the host validates it. The last 1024 calls are kept in
/// memory, so that a plugin's stray thread may use a call that has ended. Thread-safe.
class Call : public std::enable_shared_from_this<Call>
{
public:
    /// `number`: of the frame "call"; `slot`: its slot, for the flags in the shared page.
    static std::shared_ptr<Call> begin(const std::shared_ptr<HostLink> &link, std::uint64_t number, std::size_t slot);
    /// The object of begin() to which `call` belongs; keeps it alive.
    static std::shared_ptr<Call> of(const psa_call *call);

    ~Call() = default;
    Call(const Call &) = delete;
    Call &operator=(const Call &) = delete;

    const psa_call *raw() const { return &raw_; }
    std::uint64_t number() const { return number_; }
    void end() { ended_ = true; }
    bool hasEnded() const { return ended_; }

    /// nullptr once the link to the host is gone.
    std::shared_ptr<HostLink> link() const { return link_.lock(); }
    /// Whether the time must be requested from the host: the call has a clock of its own, or has ended, so that the host
    /// learns that the plugin uses it too late.
    bool asksForTime(const HostLink &link) const;
    /// Reports to the host that the plugin misused a service; `what` completes "it ...". Returns PSA_INTERNAL, which the
    /// service should return.
    psa_status misused(std::string_view what) const noexcept;

private:
    Call(const std::shared_ptr<HostLink> &link, std::uint64_t number, std::size_t slot);

    static std::uint32_t isCancelled(const psa_call *call) noexcept;
    static std::int64_t remainingMs(const psa_call *call) noexcept;
    static void writeLog(const psa_call *call, psa_log_level level, psa_str message) noexcept;
    static void putResult(const psa_call *call, psa_str json) noexcept;
    static void putError(const psa_call *call, const psa_error *error) noexcept;
    void deliver(HostLink &link, FrameWriter frame) const;

    psa_call raw_{};
    std::weak_ptr<HostLink> link_;
    std::uint64_t number_;
    std::size_t slot_;
    std::thread::id caller_ = std::this_thread::get_id(); ///< It reports the end of the call.
    std::atomic<bool> ended_{false};
};

} // namespace psa::plugin::runner::child
