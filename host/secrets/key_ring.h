#pragma once

#include "host/secrets/master_key.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::secrets {

/// The master keys that the host was given: the active one, which seals all new data, and old ones, which still open
/// older data. Immutable and thread-safe.
class KeyRing
{
public:
    /// Throws SealError if two different keys have the same id.
    explicit KeyRing(MasterKey active, std::vector<MasterKey> old = {});

    const MasterKey &active() const { return keys_.front(); }
    /// nullptr = not given.
    const MasterKey *find(std::string_view id) const;
    /// "3f9a12bc (active), 77ab0c11".
    std::string ids() const;

private:
    std::vector<MasterKey> keys_; ///< The active one first.
};

} // namespace psa::secrets
