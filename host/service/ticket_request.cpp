#include "host/service/ticket_request.h"

#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/plugin/documents.h"
#include "host/plugin/request_fields.h"
#include "host/secrets/crypto.h"

namespace psa::service {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

void removeBlank(Object &object)
{
    for (const std::string &name : object.getNames())
        if (json::isBlank(object.get(name)))
            object.remove(name);
}

void change(Object &values, const std::string &name, const Poco::Dynamic::Var &value)
{
    if (json::isBlank(value))
        values.remove(name);
    else
        values.set(name, value);
}

} // namespace

Object::Ptr ticketRequestFrom(const Object &document)
{
    Object::Ptr request = json::givenValues(document);
    removeBlank(*request);
    if (Object::Ptr fields = request->getObject("fields"); !fields.isNull())
    {
        removeBlank(*fields);
        if (fields->size() == 0)
            request->remove("fields");
    }
    plugin::checkDocument("ticket-request", Var(request));
    return request;
}

Object::Ptr parseTicketRequest(std::string_view text, const json::JsonLimits &limits)
{
    Var document;
    try
    {
        document = json::parseStrict(text, limits);
    }
    catch (const json::JsonError &error)
    {
        throw plugin::InvalidDocument(error.what());
    }
    if (document.type() != typeid(Object::Ptr))
        throw plugin::InvalidDocument(R"(A ticket request must be a JSON object such as {"title":"..."}.)");
    return ticketRequestFrom(*document.extract<Object::Ptr>());
}

Object::Ptr corrected(const Object &request, const Object &changes)
{
    Object after(request);
    for (const auto &[name, value] : changes)
        if (name != "fields" || value.type() != typeid(Object::Ptr))
            change(after, name, value);
    if (changes.isObject("fields"))
    {
        const bool hasFields = request.isObject("fields");
        Object::Ptr fields = hasFields ? new Object(*request.getObject("fields")) : new Object;
        for (const auto &[name, value] : *changes.getObject("fields"))
            change(*fields, name, value);
        after.set("fields", fields);
    }
    return ticketRequestFrom(after);
}

std::string fingerprintOf(const Var &request)
{
    Object::Ptr payload = new Object(*request.extract<Object::Ptr>());
    for (const std::string &name : plugin::requestAddress())
        payload->remove(name);
    return secrets::digestOf(json::jsonText(Var(payload)));
}

} // namespace psa::service
