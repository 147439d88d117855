#include "common/descriptor_parts.h"

#include <psa/plugin.hpp>

namespace psa::plugins {
namespace {

Array::Ptr textArray(const std::vector<const char *> &texts)
{
    Array::Ptr array = new Array;
    for (const char *text : texts)
        array->add(std::string(text));
    return array;
}

} // namespace

Object::Ptr descriptorPart(std::string_view json)
{
    const Object::Ptr object = parseObject(json);
    if (!object)
        throw psa::Error(PSA_INTERNAL,
                         "A part of the plugin's descriptor is not JSON: " + std::string(json.substr(0, 60)));
    return object;
}

std::string makeDescriptor(const std::string &id, const std::string &version, const DescriptorParts &parts)
{
    Object result;
    result.set("descriptorVersion", 1);
    result.set("id", id);
    result.set("version", version);
    result.set("name", std::string(parts.name));
    result.set("vendor", "psa-host");
    result.set("description", std::string(parts.description));
    std::vector<const char *> extensions{PSA_FIND_TICKET_ID, PSA_CHOICES_ID, PSA_TICKET_ID};
    if (parts.updatesTickets)
        extensions.push_back(PSA_UPDATE_TICKET_ID);
    result.set("extensions", textArray(extensions));
    result.set("configuration", parts.configuration);
    result.set("ticketDefaults", parts.ticketDefaults);
    result.set("ticketFields", parts.ticketFields);
    result.set("allowedHosts", textArray(parts.allowedHosts));
    result.set("limits", descriptorPart(parts.limits));
    result.set("reference", descriptorPart(parts.reference));
    result.set("commonErrors", descriptorPart(parts.commonErrors)->getArray("all"));
    return toJson(result);
}

} // namespace psa::plugins
