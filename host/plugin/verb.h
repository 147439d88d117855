#pragma once

#include "host/plugin/loaded_plugin.h"

#include <psa/plugin.h>

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace psa::plugin {

/// `text` for the ABI; valid as long as `text`.
psa_str viewOf(const std::string &text);

/// The functions of a plugin that take a psa_call. Everything else about a verb is in its row of verbTable(), which
/// calls, recordings, replay and the checker use: a new verb is a value here, a row, and its callers. The table of its
/// extension is in loaded_plugin.h.
enum class Verb
{
    describe,
    create,
    configure,
    test,
    createTicket,
    findTicket,
    listChoices,
    readTicket
};

/// What a verb delivers on success.
enum class Delivers
{
    nothing,
    result
};

/// What an argument is, and how it is cleaned before it is passed to a plugin, and so to a PSA.
enum class ArgumentKind
{
    verbatim, ///< Made by the host or the plugin, such as a reference or a cursor.
    text,     ///< From outside: line ends become line feeds, other control characters except tab become U+FFFD.
    document, ///< JSON; each of its texts is treated as `text`.
    number    ///< Decimal.
};

struct Argument
{
    const char *name = ""; ///< As in recordings.
    ArgumentKind kind = ArgumentKind::verbatim;
    const char *fallback = ""; ///< Used if a recording lacks it.
};

using Invoke = psa_status (*)(const psa_plugin_api &, const ExtensionTables &, const psa_call *, psa_instance *,
                              const std::vector<std::string> &arguments);

/// True for the verbs that are called on a configured instance. Only these are recorded.
constexpr bool needsConfiguration(Verb verb)
{
    return verb >= Verb::test;
}

/// One verb.
struct VerbRow
{
    Verb verb;
    const char *name;      ///< In recordings, logs and audit: "find_ticket".
    const char *function;  ///< Its name in the ABI: a member of psa_plugin_api or the id of an extension.
    const char *extension; ///< Id of its extension; nullptr = every plugin has it.
    const char *purpose;   ///< Completes "The plugin cannot ...".
    const char *schema;    ///< Schema of its result; nullptr = it has none.
    bool changes;          ///< If its outcome is unknown, it may have changed something in the PSA.
    std::span<const Argument> arguments;
    Invoke invoke; ///< Calls the function with arguments in this order; nullptr for describe and create.

    Delivers delivers() const { return schema == nullptr ? Delivers::nothing : Delivers::result; }
};

/// In the order of Verb.
std::span<const VerbRow> verbTable();
const VerbRow &rowOf(Verb verb);
/// By `name` or by `function`; nullptr if there is none.
const VerbRow *verbNamed(std::string_view name);

/// A verb and its arguments, one text each.
struct VerbCall
{
    Verb verb;
    std::vector<std::string> arguments{};

    const VerbRow &row() const { return rowOf(verb); }
    /// The argument `name`; "" if the verb has none of this name.
    const std::string &argument(std::string_view name) const;
};

/// Arguments of list_choices; see psa_choices_query.
struct ChoicesQuery
{
    std::string list;
    std::string query;                ///< Text that labels should contain; empty = all.
    std::string cursor;               ///< "nextCursor" of the previous page; empty = the first page.
    std::string dependsOnJson = "{}"; ///< Values of the fields that the list depends on.
    std::uint32_t limit = 100;        ///< 1 to maxLimit.

    static constexpr std::uint32_t maxLimit = 500;
};

VerbCall configureCall(std::string configurationJson);
VerbCall testCall();
/// `ticketJson`: a document that matches schemas/ticket.schema.json.
VerbCall createTicketCall(std::string reference, std::string ticketJson);
VerbCall findTicketCall(std::string reference);
/// Throws std::logic_error for a limit out of range.
VerbCall listChoicesCall(ChoicesQuery query);
VerbCall readTicketCall(std::string ticketId);

/// Convert arguments to the form that recordings have, and back. callFrom() throws Poco exceptions for values of another type.
Poco::JSON::Object::Ptr argumentsToJson(const VerbCall &call);
VerbCall callFrom(const VerbRow &row, const Poco::JSON::Object &arguments);
/// The call with its arguments cleaned, as ArgumentKind says.
VerbCall withoutControls(VerbCall call);

/// True if a plugin with these extensions has the verb.
bool offers(const ExtensionTables &extensions, const VerbRow &row);

} // namespace psa::plugin
