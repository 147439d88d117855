#include "common/findings.h"

namespace plugins {

void Findings::detail(const std::string &label, const std::string &value)
{
    if (value.empty())
        return;
    Object::Ptr one = new Object;
    one->set("label", label);
    one->set("value", value);
    details_->add(one);
}

std::string Findings::json(const std::string &summary) const
{
    Object result;
    result.set("version", 1);
    result.set("summary", summary);
    result.set("details", details_);
    warnings_.into(result);
    return toJson(result);
}

} // namespace plugins
