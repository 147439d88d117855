#pragma once

#include "sandbox/common/tenant_document.h"

#include <string>

namespace psa::sandbox::halopsa {

/// A small MSP with everything that clients get wrong; an example of a tenant file.
extern const char *const defaultTenant;

/// A tenant's setup. Not thread-safe.
class Tenant : public TenantDocument
{
public:
    /// Throws BadJson or std::invalid_argument if `json` is not a tenant.
    explicit Tenant(const std::string &json)
        : TenantDocument(json, {"tenant", "site", "authHost", "clientId", "application", "apiAgent", "defaultClient"})
    {
    }

    std::string name() const { return text("tenant"); }
    std::string site() const { return text("site"); }         ///< "acme.halopsa.com".
    std::string authHost() const { return text("authHost"); } ///< An authorization server on a host of its own.
    std::string clientId() const { return text("clientId"); }
    std::string application() const { return text("application"); } ///< Name of the API application.
    std::int64_t apiAgent() const { return number("apiAgent"); }    ///< The agent as which it acts.
    std::int64_t defaultClient() const { return number("defaultClient"); }
};

} // namespace psa::sandbox::halopsa
