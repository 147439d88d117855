#include "common/descriptor_parts.h"

#include <psa/error.hpp>

namespace plugins {

Object::Ptr descriptorPart(std::string_view json)
{
    const Object::Ptr object = parseObject(json);
    if (!object)
        throw psa::Error(PSA_INTERNAL,
                         "A part of the plugin's descriptor is not JSON: " + std::string(json.substr(0, 60)));
    return object;
}

Array::Ptr textArray(std::initializer_list<const char *> texts)
{
    Array::Ptr array = new Array;
    for (const char *text : texts)
        array->add(std::string(text));
    return array;
}

} // namespace plugins
