#include "host/intake/ticket_request.h"

#include "host/json/given_values.h"
#include "host/plugin/documents.h"

namespace psa::host {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

void removeBlank(Object &object)
{
    for (const std::string &name : object.getNames())
        if (isBlank(object.get(name)))
            object.remove(name);
}

} // namespace

Object::Ptr ticketRequestFrom(const Object &document)
{
    Object::Ptr request = givenValues(document);
    removeBlank(*request);
    if (Object::Ptr fields = request->getObject("fields"); !fields.isNull())
    {
        removeBlank(*fields);
        if (fields->size() == 0)
            request->remove("fields");
    }
    checkDocument("ticket-request", Var(request));
    return request;
}

Object::Ptr parseTicketRequest(std::string_view text, const JsonLimits &limits)
{
    Var document;
    try
    {
        document = parseStrict(text, limits);
    }
    catch (const JsonError &error)
    {
        throw InvalidDocument(error.what());
    }
    if (document.type() != typeid(Object::Ptr))
        throw InvalidDocument(R"(A ticket request must be a JSON object such as {"title":"..."}.)");
    return ticketRequestFrom(*document.extract<Object::Ptr>());
}

} // namespace psa::host
