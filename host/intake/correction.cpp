#include "host/intake/correction.h"

#include "host/intake/ticket_request.h"
#include "host/json/given_values.h"

namespace psa::host {
namespace {

using Poco::JSON::Object;

void change(Object &values, const std::string &name, const Poco::Dynamic::Var &value)
{
    if (isBlank(value))
        values.remove(name);
    else
        values.set(name, value);
}

} // namespace

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

} // namespace psa::host
