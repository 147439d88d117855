#pragma once

#include "sandbox/common/limits.h"
#include "sandbox/common/rights.h"
#include "sandbox/common/service.h"

#include <mutex>
#include <string>

namespace psa::sandbox {

/// What really happened in any PSA, whatever the client was told.
struct CommonTruth
{
    std::vector<NoteTruth> notes{};     ///< Without deleted ones.
    std::vector<ChangeTruth> changes{}; ///< In the order in which they were made.
    ReferenceCounts references{};       ///< Keyed by the caller's reference.
    std::size_t failedLogins = 0;
};

/// Sets the members of `truth` in `object`.
void addTo(Object &object, const CommonTruth &truth);

/// A service for one tenant, which every request locks. Thread-safe.
class TenantService : public Service
{
public:
    void change(const Object &changes) final;

protected:
    /// Makes one change of POST /tenant; false if it is unknown. Requires the lock. Throws std::invalid_argument.
    virtual bool changeOne(const std::string &name, const Var &value) = 0;
    /// The names of the changes, for a message.
    virtual std::string knownChanges() const = 0;

    /// Held while anything of the tenant is used.
    std::unique_lock<std::mutex> lock() const { return std::unique_lock(mutex_); }
    /// What `get` returns, called under the lock.
    template <class Get>
    auto locked(const Get &get) const
    {
        const auto guard = lock();
        return get();
    }
    ThreadLimit &threads() { return threads_; } ///< Needs no lock.
    const ThreadLimit &threads() const { return threads_; }
    Rights &rights() { return rights_; } ///< Those of the API user.
    const Rights &rights() const { return rights_; }
    ReferenceCounts &references() { return references_; }
    const ReferenceCounts &references() const { return references_; }
    /// Requires the lock.
    void resetCommon();

private:
    ThreadLimit threads_;
    mutable std::mutex mutex_; ///< Guards everything below, and the members of derived classes that can change.
    Rights rights_;
    ReferenceCounts references_;
};

} // namespace psa::sandbox
