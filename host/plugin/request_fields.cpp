#include "host/plugin/request_fields.h"

#include "host/json/strict_json.h"
#include "host/plugin/documents.h"

#include <Poco/JSON/Object.h>

#include <algorithm>
#include <map>

namespace psa::plugin {
namespace {

using Poco::JSON::Object;

Object::Ptr properties()
{
    return json::parseStrict(embeddedSchemas.at("ticket-request")).extract<Object::Ptr>()->getObject("properties");
}

std::vector<std::string> readAddress()
{
    std::vector<std::string> names;
    const Object::Ptr all = properties();
    for (const std::string &name : all->getNames())
        if (const Object::Ptr property = all->getObject(name);
            !property->has("order") && property->optValue<std::string>("type", "") != "object")
            names.push_back(name);
    return names;
}

std::vector<RequestField> readFields()
{
    std::map<int, RequestField> fields;
    const Object::Ptr all = properties();
    for (const auto &[name, value] : *all)
        if (const auto property = value.extract<Object::Ptr>(); property->has("order"))
            fields.emplace(property->getValue<int>("order"),
                           RequestField{name, property->getValue<std::string>("description"),
                                        property->getValue<std::size_t>("maxLength"), !property->has("pattern"),
                                        property->optValue<std::uint32_t>("since", 0)});
    std::vector<RequestField> ordered;
    ordered.reserve(fields.size());
    for (const auto &[order, field] : fields)
        ordered.push_back(field);
    return ordered;
}

} // namespace

const std::vector<RequestField> &requestFields()
{
    static const std::vector<RequestField> fields = readFields();
    return fields;
}

const RequestField *findRequestField(const std::string &name)
{
    const auto &fields = requestFields();
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const RequestField &field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

bool isTicketMember(const std::string &name, std::uint32_t minorBuilt)
{
    const RequestField *field = findRequestField(name);
    return field != nullptr && field->since <= minorBuilt;
}

const std::vector<std::string> &requestAddress()
{
    static const std::vector<std::string> address = readAddress();
    return address;
}

} // namespace psa::plugin
