#pragma once

#include "sandbox/common/tenant_document.h"

#include <set>
#include <string>

namespace psa::sandbox::connectwise {

/// A small MSP with everything that clients get wrong; an example of a tenant file.
extern const char *const defaultTenant;

/// A tenant's setup, and its address. Not thread-safe.
class Tenant : public TenantDocument
{
public:
    /// Throws BadJson or std::invalid_argument if `json` is not a tenant.
    explicit Tenant(const std::string &json);

    std::string company() const { return text("company"); } ///< As its users enter it to log in.
    std::string publicKey() const { return text("publicKey"); }
    std::string clientId() const { return text("clientId"); }
    std::string site() const { return text("site"); }         ///< The API's host.
    std::string codebase() const { return text("codebase"); } ///< "v2025_1".
    std::string version() const;                              ///< "2025.1".
    Array::Ptr customFields() const;

    /// Gives the tenant a new version; the path of the old one is invalid from now on.
    void moveTo(const std::string &codebase);
    bool wasAt(const std::string &codebase) const { return former_.contains(codebase); }

private:
    std::set<std::string> former_;
};

/// The tenant's custom ticket fields as records of system/userDefinedFields.
Array::Ptr userDefinedFieldRows(const Tenant &tenant);

} // namespace psa::sandbox::connectwise
