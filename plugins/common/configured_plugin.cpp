#include "common/configured_plugin.h"

#include "common/text.h"

#include <algorithm>

namespace psa::plugins {

Object::Ptr configurationValues(std::string_view json, const std::string &fields)
{
    const Object::Ptr document = parseObject(json);
    Object::Ptr values = document ? document->getObject("values") : Object::Ptr();
    if (!values)
        throw psa::Error(PSA_INVALID_CONFIG, "The configuration is not a document with values.")
            .hint("Enter " + fields + " again.");
    return values;
}

psa::Error invalidConfiguration(const std::string &field, const std::string &message, const std::string &hint)
{
    psa::Error error(PSA_INVALID_CONFIG, message);
    error.field(field).hint(hint);
    return error;
}

std::string requiredValue(const Object &values, const std::string &name, const std::string &title)
{
    std::string value = textOf(values, name);
    if (trim(value).empty())
        throw invalidConfiguration(name, title + " is missing.", "Fill in " + title + ".");
    if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
        throw invalidConfiguration(name, title + " contains a line break or another control character.",
                                   "Copy it again, without the line end.");
    return value;
}

} // namespace psa::plugins
