// SPDX-License-Identifier: Apache-2.0
//
// psa/call.hpp: the host and the call under way, as a C++ plugin sees them. Compiled into the plugin; not ABI.
#ifndef PSA_CALL_HPP
#define PSA_CALL_HPP

#include <psa/error.hpp>

#include <cstdint>
#include <string_view>

namespace psa {

/// The call under way. Keep no reference to it: it ends when the verb returns.
class Call
{
public:
    explicit Call(const psa_call *call) noexcept : call_(call) {}

    /// True once the host wants the verb to stop; stays true. Check before each request and after each wait.
    bool cancelled() const noexcept { return call_->is_cancelled(call_) != 0; }

    /// Milliseconds left until the deadline, 0 or less once it has passed.
    std::int64_t remainingMs() const noexcept { return call_->remaining_ms(call_); }

    /// Throws Error(PSA_CANCELLED) or Error(PSA_TIMEOUT) where the verb should stop. For use before a changing request;
    /// after one, neither is honest any more.
    void throwIfStopped() const
    {
        if (cancelled())
            throw Error(PSA_CANCELLED, "The host asked to stop.").hint("Try again when psa-host is ready.");
        if (remainingMs() <= 0)
            throw Error(PSA_TIMEOUT, "The deadline passed before this was done.")
                .hint("Try again; if it happens often, check how long the PSA takes to respond.");
    }

    void debug(std::string_view text) const noexcept { call_->log(call_, PSA_LOG_DEBUG, view(text)); }
    void info(std::string_view text) const noexcept { call_->log(call_, PSA_LOG_INFO, view(text)); }
    void warning(std::string_view text) const noexcept { call_->log(call_, PSA_LOG_WARNING, view(text)); }
    void error(std::string_view text) const noexcept { call_->log(call_, PSA_LOG_ERROR, view(text)); }

    /// For the services of the host, which want it back.
    const psa_call *get() const noexcept { return call_; }

private:
    const psa_call *call_;
};

/// The host. Cheap to copy; valid as long as the process lives.
class Host
{
public:
    explicit Host(const psa_host *host) noexcept : host_(host) {}

    /// The service `id` as its table of type `Table`, or nullptr if this host does not offer it whole.
    template <class Table>
    const Table *service(const char *id) const noexcept
    {
        const auto *table = static_cast<const Table *>(host_->get_extension(host_, id));
        return table != nullptr && table->struct_size >= sizeof(Table) ? table : nullptr;
    }

    /// As service(); throws Error(PSA_UNAVAILABLE) that names what is missing.
    template <class Table>
    const Table &require(const char *id) const
    {
        const auto *table = service<Table>(id);
        if (table == nullptr)
            throw Error(PSA_UNAVAILABLE, std::string("This host does not offer the service ") + id + ".")
                .hint("Update psa-host to a version that has it.");
        return *table;
    }

private:
    const psa_host *host_;
};

} // namespace psa

#endif
