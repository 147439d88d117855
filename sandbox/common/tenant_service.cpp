#include "sandbox/common/tenant_service.h"

#include <stdexcept>

namespace psa::sandbox {

void addTo(Object &object, const CommonTruth &truth)
{
    object.set("notes", toJson(truth.notes));
    object.set("changes", toJson(truth.changes));
    object.set("references", toJson(truth.references));
    object.set("failedLogins", truth.failedLogins);
}

void TenantService::change(const Object &changes)
{
    const auto guard = lock();
    for (const auto &[name, value] : changes)
    {
        if (name == "revoke")
            rights_.revoke(value.toString());
        else if (name == "grant")
            rights_.grant(value.toString());
        else if (!changeOne(name, value))
            throw std::invalid_argument("unknown change \"" + name + "\"; known are revoke, grant, " + knownChanges());
    }
}

void TenantService::resetCommon()
{
    rights_.clear();
    references_.clear();
    threads_.clear();
}

} // namespace psa::sandbox
