#include "host/plugin/verb.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace psa::plugin {
namespace {

using Poco::JSON::Object;
using Texts = std::vector<std::string>;

psa_status configure(const psa_plugin_api &api, const ExtensionTables &, const psa_call *call, psa_instance *object,
                     const Texts &arguments)
{
    return api.configure(call, object, viewOf(arguments[0]));
}

psa_status test(const psa_plugin_api &api, const ExtensionTables &, const psa_call *call, psa_instance *object,
                const Texts &)
{
    return api.test(call, object);
}

psa_status createTicket(const psa_plugin_api &api, const ExtensionTables &, const psa_call *call, psa_instance *object,
                        const Texts &arguments)
{
    return api.create_ticket(call, object, viewOf(arguments[0]), viewOf(arguments[1]));
}

psa_status findTicket(const psa_plugin_api &, const ExtensionTables &tables, const psa_call *call, psa_instance *object,
                      const Texts &arguments)
{
    return tables.findTicket ? tables.findTicket->find(call, object, viewOf(arguments[0])) : PSA_NOT_IMPLEMENTED;
}

psa_status listChoices(const psa_plugin_api &, const ExtensionTables &tables, const psa_call *call,
                       psa_instance *object, const Texts &arguments)
{
    if (!tables.choices)
        return PSA_NOT_IMPLEMENTED;
    const psa_choices_query query{sizeof query,         static_cast<std::uint32_t>(std::stoul(arguments[4])),
                                  viewOf(arguments[0]), viewOf(arguments[1]),
                                  viewOf(arguments[2]), viewOf(arguments[3])};
    return tables.choices->list(call, object, &query);
}

psa_status readTicket(const psa_plugin_api &, const ExtensionTables &tables, const psa_call *call, psa_instance *object,
                      const Texts &arguments)
{
    return tables.ticket ? tables.ticket->read(call, object, viewOf(arguments[0])) : PSA_NOT_IMPLEMENTED;
}

/// Checked here, because a wrong argument that reaches the plugin looks like a defect of the plugin.
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

constexpr std::array configureArguments{Argument{"configuration", ArgumentKind::verbatim}};
constexpr std::array createArguments{Argument{"reference", ArgumentKind::verbatim},
                                     Argument{"ticket", ArgumentKind::document, "{}"}};
constexpr std::array findArguments{Argument{"reference", ArgumentKind::verbatim}};
constexpr std::array choicesArguments{Argument{"list", ArgumentKind::verbatim}, Argument{"query", ArgumentKind::text},
                                      Argument{"cursor", ArgumentKind::verbatim},
                                      Argument{"dependsOn", ArgumentKind::document, "{}"},
                                      Argument{"limit", ArgumentKind::number, "100"}};
constexpr std::array readArguments{Argument{"ticketId", ArgumentKind::text}};

} // namespace

psa_str viewOf(const std::string &text)
{
    return {text.data(), text.size()};
}

std::span<const VerbRow> verbTable()
{
    static constexpr std::array table{
        VerbRow{Verb::describe, "describe", "describe", nullptr, "describe itself", "descriptor", false, {}, nullptr},
        VerbRow{Verb::create, "create", "create", nullptr, "make an instance", nullptr, false, {}, nullptr},
        VerbRow{Verb::configure, "configure", "configure", nullptr, "be configured", nullptr, false, configureArguments,
                configure},
        VerbRow{Verb::test, "test", "test", nullptr, "test a connection", "test-result", false, {}, test},
        VerbRow{Verb::createTicket, "create_ticket", "create_ticket", nullptr, "create a ticket", "ticket-result", true,
                createArguments, createTicket},
        VerbRow{Verb::findTicket, "find_ticket", PSA_FIND_TICKET_ID, PSA_FIND_TICKET_ID,
                "find a ticket by its reference", "found-tickets", false, findArguments, findTicket},
        VerbRow{Verb::listChoices, "list_choices", PSA_CHOICES_ID, PSA_CHOICES_ID, "list the values of a field",
                "choices", false, choicesArguments, listChoices},
        VerbRow{Verb::readTicket, "read_ticket", PSA_TICKET_ID, PSA_TICKET_ID, "read a ticket back", "ticket-result",
                false, readArguments, readTicket},
    };
    return table;
}

const VerbRow &rowOf(Verb verb)
{
    return verbTable()[static_cast<std::size_t>(verb)];
}

const VerbRow *verbNamed(std::string_view name)
{
    const auto table = verbTable();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const VerbRow &row) { return name == row.name || name == row.function; });
    return found == table.end() ? nullptr : &*found;
}

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

bool offers(const ExtensionTables &extensions, const VerbRow &row)
{
    return row.extension == nullptr || isWhole(extensions, row.extension);
}

} // namespace psa::plugin
