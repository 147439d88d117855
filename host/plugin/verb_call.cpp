#include "host/plugin/verb_call.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <algorithm>
#include <stdexcept>

namespace psa::plugin {
namespace {

using Poco::JSON::Object;

/// Checked here, because the plugin would be blamed for a wrong argument.
std::string recordedText(const VerbRow &row, const Argument &argument, const Poco::Dynamic::Var &value)
{
    if (argument.kind == ArgumentKind::document && value.type() == typeid(Object::Ptr))
        return json::jsonText(value);
    if (argument.kind == ArgumentKind::number && value.isInteger() && !value.isBoolean() && value >= 1 &&
        value <= ChoicesQuery::maxLimit)
        return value.convert<std::string>();
    if ((argument.kind == ArgumentKind::verbatim || argument.kind == ArgumentKind::text) && value.isString())
        return value.extract<std::string>();
    const std::string wanted = argument.kind == ArgumentKind::document ? "an object"
                               : argument.kind == ArgumentKind::number
                                   ? "a number from 1 to " + std::to_string(ChoicesQuery::maxLimit)
                                   : "a text";
    throw std::runtime_error(std::string("the argument \"") + argument.name + "\" of " + row.name + " is not " +
                             wanted);
}

} // namespace

const std::string &VerbCall::argument(std::string_view name) const
{
    static const std::string none;
    const auto names = row().arguments;
    const auto found =
        std::find_if(names.begin(), names.end(), [&](const Argument &each) { return name == each.name; });
    return found == names.end() ? none : arguments.at(static_cast<std::size_t>(found - names.begin()));
}

VerbCall configureCall(std::string configurationJson)
{
    return {Verb::configure, {std::move(configurationJson)}};
}

VerbCall testCall()
{
    return {Verb::test};
}

VerbCall createTicketCall(std::string reference, std::string ticketJson)
{
    return {Verb::createTicket, {std::move(reference), std::move(ticketJson)}};
}

VerbCall findTicketCall(std::string reference)
{
    return {Verb::findTicket, {std::move(reference)}};
}

VerbCall listChoicesCall(ChoicesQuery query)
{
    if (query.limit < 1 || query.limit > ChoicesQuery::maxLimit)
        throw std::logic_error("list_choices takes a limit of 1 to " + std::to_string(ChoicesQuery::maxLimit) +
                               ", not " + std::to_string(query.limit));
    return {Verb::listChoices,
            {std::move(query.list), std::move(query.query), std::move(query.cursor), std::move(query.dependsOnJson),
             std::to_string(query.limit)}};
}

VerbCall readTicketCall(std::string ticketId)
{
    return {Verb::readTicket, {std::move(ticketId)}};
}

VerbCall addNoteCall(std::string ticketId, std::string reference, std::string noteJson)
{
    return {Verb::addNote, {std::move(ticketId), std::move(reference), std::move(noteJson)}};
}

VerbCall findNoteCall(std::string ticketId, std::string reference)
{
    return {Verb::findNote, {std::move(ticketId), std::move(reference)}};
}

VerbCall changeTicketCall(std::string ticketId, std::string changeJson)
{
    return {Verb::changeTicket, {std::move(ticketId), std::move(changeJson)}};
}

VerbCall activityCall(std::string ticketId, std::string watermark)
{
    return {Verb::activity, {std::move(ticketId), std::move(watermark)}};
}

VerbCall removeNoteCall(std::string ticketId, std::string noteId)
{
    return {Verb::removeNote, {std::move(ticketId), std::move(noteId)}};
}

Object::Ptr argumentsToJson(const VerbCall &call)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (std::size_t i = 0; i < call.arguments.size(); ++i)
    {
        const Argument &argument = call.row().arguments[i];
        const std::string &text = call.arguments[i];
        if (argument.kind == ArgumentKind::document)
            object->set(argument.name, json::parseStrict(text, json::ownText));
        else if (argument.kind == ArgumentKind::number)
            object->set(argument.name, std::stoul(text));
        else
            object->set(argument.name, text);
    }
    return object;
}

VerbCall callFrom(const VerbRow &row, const Object &arguments)
{
    VerbCall call{row.verb};
    for (const Argument &each : row.arguments)
        call.arguments.push_back(arguments.has(each.name) ? recordedText(row, each, arguments.get(each.name))
                                                          : each.fallback);
    return call;
}

VerbCall withoutControls(VerbCall call)
{
    for (std::size_t i = 0; i < call.arguments.size(); ++i)
    {
        std::string &text = call.arguments[i];
        const ArgumentKind kind = call.row().arguments[i].kind;
        if (kind == ArgumentKind::text)
            text = json::withoutControls(text);
        else if (kind == ArgumentKind::document)
            text = json::withPlainTexts(text);
    }
    return call;
}

} // namespace psa::plugin
