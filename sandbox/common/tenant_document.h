#pragma once

#include "sandbox/common/json_tools.h"

#include <string>
#include <vector>

namespace psa::sandbox {

/// The JSON text that describes a tenant: settings, and "rows" by entity. Not thread-safe.
class TenantDocument
{
public:
    /// `needed`: the required settings. Throws BadJson or std::invalid_argument.
    TenantDocument(const std::string &json, const std::vector<std::string> &needed);

    std::string text(const std::string &name) const { return document_->getValue<std::string>(name); }
    std::int64_t number(const std::string &name) const { return document_->getValue<std::int64_t>(name); }
    void set(const std::string &name, const Var &value) { document_->set(name, value); }
    /// The rows of an entity; null for none.
    Array::Ptr rows(const std::string &entity) const { return document_->getObject("rows")->getArray(entity); }

protected:
    const Object &document() const { return *document_; }

private:
    Object::Ptr document_;
};

} // namespace psa::sandbox
