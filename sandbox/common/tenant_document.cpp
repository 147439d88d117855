#include "sandbox/common/tenant_document.h"

#include <stdexcept>

namespace psa::sandbox {

TenantDocument::TenantDocument(const std::string &json, const std::vector<std::string> &needed)
    : document_(parseObject(json))
{
    for (const std::string &name : needed)
        if (!document_->has(name))
            throw std::invalid_argument("a tenant needs \"" + name + "\"");
    if (!document_->isObject("rows"))
        throw std::invalid_argument("a tenant needs the object \"rows\"");
}

} // namespace psa::sandbox
