#pragma once

#include "sandbox/common/tenant_document.h"

#include <set>
#include <string>

namespace psa::sandbox::connectwise {

/// A small MSP with everything a client can trip over; the form of every tenant file.
extern const char *const defaultTenant;

/// What a tenant has set up, and where it is. Not for several threads at once.
class Tenant : public TenantDocument
{
public:
    /// Throws BadJson or std::invalid_argument if `json` is not a tenant.
    explicit Tenant(const std::string &json);

    std::string company() const { return text("company"); } ///< As its users log in to it.
    std::string publicKey() const { return text("publicKey"); }
    std::string clientId() const { return text("clientId"); }
    std::string site() const { return text("site"); }         ///< The API's host.
    std::string codebase() const { return text("codebase"); } ///< "v2025_1".
    std::string version() const;                              ///< "2025.1".
    Array::Ptr customFields() const;

    /// The tenant gets a new version; the path of the old one leads nowhere from now on.
    void moveTo(const std::string &codebase);
    bool wasAt(const std::string &codebase) const { return former_.contains(codebase); }

private:
    std::set<std::string> former_;
};

} // namespace psa::sandbox::connectwise
