#include "host/cli/ticket_request_reader.h"

#include "host/json/json_values.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/os/read_file.h"
#include "host/plugin/documents.h"
#include "host/service/ticket_request.h"

#include <istream>

namespace psa::cli {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

/// The document in `file`; "-" = `in`.
Object::Ptr fromFile(const std::string &file, std::istream &in)
{
    if (file.empty())
        return new Object;
    const std::string name = file == "-" ? "standard input" : file;
    const json::JsonLimits limits;
    std::string text;
    try
    {
        text = file == "-" ? os::readStream(in, limits.maxBytes) : os::readFile(file, limits.maxBytes);
    }
    catch (const std::exception &error)
    {
        throw BadRequest("The ticket in " + name + " cannot be read: " + error.what() + ".");
    }
    try
    {
        const Var document = json::parseStrict(text, limits);
        if (document.type() == typeid(Object::Ptr))
            return document.extract<Object::Ptr>();
    }
    catch (const json::JsonError &error)
    {
        throw BadRequest("The ticket in " + name + " is not JSON: " + error.what());
    }
    throw BadRequest("The ticket in " + name + R"( must be a JSON object such as {"title":"..."}.)");
}

/// `text` converted to the type of the field `name` of the plugin; a string if there is no such field.
Var typed(const plugin::DescriptorForms &forms, const std::string &name, const std::string &text)
{
    for (const plugin::Form *form : {&forms.ticketFields, &forms.ticketDefaults})
        if (const plugin::FormField *field = form->find(name))
            return typedValue(*field, text);
    return text;
}

void addFields(const std::vector<std::string> &pairs, const plugin::DescriptorForms &forms, Object &request)
{
    if (pairs.empty())
        return;
    const bool hasFields = request.has("fields") && !json::isBlank(request.get("fields"));
    Object::Ptr fields = hasFields ? request.getObject("fields") : Object::Ptr(new Object);
    if (fields.isNull())
        throw BadRequest("\"fields\" of the ticket must be an object.");
    for (const std::string &pair : pairs)
    {
        const auto split = splitPair(pair);
        if (!split)
            throw BadRequest("--field takes name=value, not \"" + pair + "\".");
        if (!json::isBlankText(split->second)) // as with other flags, blank means not given, so the file's value stays
            fields->set(split->first, typed(forms, split->first, split->second));
    }
    request.set("fields", fields);
}

} // namespace

std::optional<std::pair<std::string, std::string>> splitPair(const std::string &text)
{
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
        return std::nullopt;
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

std::string keyOf(const TicketOptions &options, const Object &request)
{
    return json::isBlankText(options.key) ? request.optValue<std::string>("key", "") : options.key;
}

Var typedValue(const plugin::FormField &field, const std::string &text)
{
    switch (field.type)
    {
    case plugin::FieldType::string:
        return text;
    case plugin::FieldType::boolean:
        return text == "true" || text == "false" ? Var(text == "true") : Var(text);
    default:
        break;
    }
    try
    {
        return json::parseStrict("[" + text + "]").extract<Poco::JSON::Array::Ptr>()->get(0);
    }
    catch (const json::JsonError &)
    {
        return text; // the form reports the error
    }
}

Object::Ptr readTicketRequest(const TicketOptions &options, const plugin::DescriptorForms &forms, std::istream &in)
{
    Object::Ptr document = fromFile(options.file, in);
    for (const auto &[name, value] : options.values)
        if (!json::isBlankText(value))
            document->set(name, value);
    addFields(options.fields, forms, *document);
    try
    {
        return service::ticketRequestFrom(*document);
    }
    catch (const plugin::InvalidDocument &error)
    {
        const bool hasTitle = document->has("title") && !json::isBlank(document->get("title"));
        throw BadRequest(std::string("The ticket is incomplete or invalid: ") + error.what() +
                         (hasTitle ? "" : ". Set a title with --title."));
    }
}

} // namespace psa::cli
