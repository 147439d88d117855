#pragma once

#include "sandbox/common/tenant_document.h"

#include <string>

namespace psa::sandbox::autotask {

/// A small MSP with everything that clients get wrong; an example of a tenant file.
extern const char *const defaultTenant;

/// A tenant's setup. Not thread-safe.
class Tenant : public TenantDocument
{
public:
    /// Throws BadJson or std::invalid_argument if `json` is not a tenant.
    explicit Tenant(const std::string &json);

    std::string user() const { return text("user"); }
    std::string integrationCode() const { return text("integrationCode"); }
    std::string zoneName() const { return text("zoneName"); }
    std::int64_t zone() const { return number("zone"); }
    std::int64_t apiUser() const { return number("apiUserResourceID"); }
    std::int64_t defaultCategory() const { return number("defaultCategory"); }
    void setZone(std::int64_t zone) { set("zone", zone); }
    void setUser(const std::string &user) { set("user", user); }

    /// The values of a picklist, objects with value and label; null for none.
    Array::Ptr pickList(const std::string &entity, const std::string &field) const;
    /// The picklist value with this id; null if there is none.
    Object::Ptr pickListValue(const std::string &entity, const std::string &field, std::int64_t id) const;
    /// The user-defined fields of an entity; only tickets have any.
    Array::Ptr userDefinedFields(const std::string &entity) const;
    /// The user-defined ticket field with this name, ignoring case; null if there is none.
    Object::Ptr userDefinedField(const std::string &name) const;
    bool categoryWantsQueue(std::int64_t category) const;
    bool categoryWantsNoteTitle(std::int64_t category) const;
    /// Days until the default due date of a category; 0: it has none.
    std::int64_t categoryDueDays(std::int64_t category) const;

private:
    Object::Ptr categoryRule(std::int64_t category) const;
};

} // namespace psa::sandbox::autotask
