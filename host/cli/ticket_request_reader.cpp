#include "host/cli/ticket_request_reader.h"

#include "host/intake/ticket_builder.h"
#include "host/json/strict_json.h"
#include "host/plugin/documents.h"

#include <fstream>
#include <istream>
#include <iterator>
#include <sstream>

namespace psa::host {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

std::string readAll(std::istream &in)
{
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Object::Ptr fromFile(const std::string &file, std::istream &in)
try
{
    if (file.empty())
        return new Object;
    if (file == "-")
        return parseStrict(readAll(in)).extract<Object::Ptr>();
    std::ifstream stream(file);
    if (!stream)
        throw BadRequest("The ticket file " + file + " cannot be read.");
    return parseStrict(readAll(stream)).extract<Object::Ptr>();
}
catch (const JsonError &error)
{
    throw BadRequest("The ticket in " + (file == "-" ? "standard input" : file) + " is not JSON: " + error.what());
}
catch (const Poco::BadCastException &)
{
    throw BadRequest("The ticket in " + file + " must be a JSON object such as {\"title\":\"...\"}.");
}

/// `text` as the type of the field `name` of the plugin; a text if there is none.
Var typed(const DescriptorForms &forms, const std::string &name, const std::string &text)
{
    for (const Form *form : {&forms.ticketFields, &forms.ticketDefaults})
        if (const FormField *field = form->find(name))
            return typedValue(*field, text);
    return text;
}

void addFields(const std::vector<std::string> &pairs, const DescriptorForms &forms, Object &request)
{
    if (pairs.empty())
        return;
    Object::Ptr fields = request.has("fields") ? request.getObject("fields") : Object::Ptr(new Object);
    if (fields.isNull())
        throw BadRequest("\"fields\" of the ticket must be an object.");
    for (const std::string &pair : pairs)
    {
        const auto split = splitPair(pair);
        if (!split)
            throw BadRequest("--field takes name=value, not \"" + pair + "\".");
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

Var typedValue(const FormField &field, const std::string &text)
{
    switch (field.type)
    {
    case FieldType::string:
        return text;
    case FieldType::boolean:
        return text == "true" || text == "false" ? Var(text == "true") : Var(text);
    default:
        break;
    }
    try
    {
        return parseStrict("[" + text + "]").extract<Poco::JSON::Array::Ptr>()->get(0);
    }
    catch (const JsonError &)
    {
        return text; // the form says what is wrong with it
    }
}

Object::Ptr readTicketRequest(const TicketOptions &options, const DescriptorForms &forms, std::istream &in)
{
    Object::Ptr request = fromFile(options.file, in);
    for (const auto &[name, value] : options.values)
        if (!value.empty())
            request->set(name, value);
    addFields(options.fields, forms, *request);
    std::ostringstream text;
    request->stringify(text);
    try
    {
        return parseTicketRequest(text.str());
    }
    catch (const InvalidDocument &error)
    {
        throw BadRequest(std::string("The ticket is not complete or not right: ") + error.what() +
                         (request->has("title") ? "" : ". Give it a title with --title."));
    }
}

} // namespace psa::host
