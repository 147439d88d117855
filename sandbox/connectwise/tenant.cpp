#include "sandbox/connectwise/tenant.h"

#include <Poco/String.h>

namespace psa::sandbox::connectwise {

Tenant::Tenant(const std::string &json)
    : TenantDocument(
          json, {"company", "companyName", "publicKey", "clientId", "site", "codebase", "defaultBoard", "apiMember"})
{
}

std::string Tenant::version() const
{
    return Poco::replace(codebase().substr(1), "_", ".");
}

Array::Ptr Tenant::customFields() const
{
    Array::Ptr fields = document().getArray("customFields");
    return fields ? fields : Array::Ptr(new Array);
}

void Tenant::moveTo(const std::string &codebase)
{
    former_.insert(Poco::toLower(this->codebase()));
    former_.erase(Poco::toLower(codebase));
    set("codebase", codebase);
}

} // namespace psa::sandbox::connectwise
