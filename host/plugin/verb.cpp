#include "host/plugin/verb.h"

#include <algorithm>
#include <array>
#include <string>

namespace psa::plugin {
namespace {

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

psa_status describeUpdates(const psa_plugin_api &, const ExtensionTables &tables, const psa_call *call, psa_instance *,
                           const Texts &)
{
    return tables.updateTicket ? tables.updateTicket->describe(call) : PSA_NOT_IMPLEMENTED;
}

psa_status addNote(const psa_plugin_api &, const ExtensionTables &tables, const psa_call *call, psa_instance *object,
                   const Texts &arguments)
{
    return tables.updateTicket ? tables.updateTicket->add_note(call, object, viewOf(arguments[0]), viewOf(arguments[1]),
                                                               viewOf(arguments[2]))
                               : PSA_NOT_IMPLEMENTED;
}

/// The functions of psa.update-ticket/1 that take two texts.
template <auto function>
psa_status updateTicket(const psa_plugin_api &, const ExtensionTables &tables, const psa_call *call,
                        psa_instance *object, const Texts &arguments)
{
    return tables.updateTicket && (*tables.updateTicket).*function != nullptr
               ? ((*tables.updateTicket).*function)(call, object, viewOf(arguments[0]), viewOf(arguments[1]))
               : PSA_NOT_IMPLEMENTED;
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
constexpr std::array addNoteArguments{Argument{"ticketId", ArgumentKind::text},
                                      Argument{"reference", ArgumentKind::verbatim},
                                      Argument{"note", ArgumentKind::document, "{}"}};
constexpr std::array findNoteArguments{Argument{"ticketId", ArgumentKind::text},
                                       Argument{"reference", ArgumentKind::verbatim}};
constexpr std::array changeArguments{Argument{"ticketId", ArgumentKind::text},
                                     Argument{"change", ArgumentKind::document, "{}"}};
constexpr std::array activityArguments{Argument{"ticketId", ArgumentKind::text},
                                       Argument{"watermark", ArgumentKind::verbatim}};
constexpr std::array removeNoteArguments{Argument{"ticketId", ArgumentKind::text},
                                         Argument{"noteId", ArgumentKind::verbatim}};

} // namespace

psa_str viewOf(const std::string &text)
{
    return {text.data(), text.size()};
}

std::span<const VerbRow> verbTable()
{
    static constexpr std::array table{
        VerbRow{Verb::describe, "describe", "describe", nullptr, "describe itself", "descriptor", false, {}, nullptr},
        VerbRow{Verb::describeUpdates,
                "describe_updates",
                "describe of " PSA_UPDATE_TICKET_ID,
                PSA_UPDATE_TICKET_ID,
                "describe its updates of tickets",
                "update-description",
                false,
                {},
                describeUpdates},
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
        VerbRow{Verb::addNote, "add_note", "add_note of " PSA_UPDATE_TICKET_ID, PSA_UPDATE_TICKET_ID,
                "add a note to a ticket", "note-result", true, addNoteArguments, addNote},
        VerbRow{Verb::findNote, "find_note", "find_note of " PSA_UPDATE_TICKET_ID, PSA_UPDATE_TICKET_ID,
                "find a note by its reference", "found-notes", false, findNoteArguments,
                updateTicket<&psa_update_ticket::find_note>},
        VerbRow{Verb::changeTicket, "change_ticket", "change of " PSA_UPDATE_TICKET_ID, PSA_UPDATE_TICKET_ID,
                "change a ticket", "change-result", true, changeArguments, updateTicket<&psa_update_ticket::change>},
        VerbRow{Verb::activity, "activity", "activity of " PSA_UPDATE_TICKET_ID, PSA_UPDATE_TICKET_ID,
                "tell what happened to a ticket", "activity", false, activityArguments,
                updateTicket<&psa_update_ticket::activity>},
        VerbRow{Verb::removeNote, "remove_note", "remove_note of " PSA_UPDATE_TICKET_ID, PSA_UPDATE_TICKET_ID,
                "delete a note", nullptr, true, removeNoteArguments, updateTicket<&psa_update_ticket::remove_note>},
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

} // namespace psa::plugin
