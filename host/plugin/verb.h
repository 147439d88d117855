#pragma once

#include "host/plugin/extension_tables.h"

#include <psa/plugin.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace psa::plugin {

/// `text` for the ABI; valid as long as `text`.
psa_str viewOf(const std::string &text);

/// The functions of a plugin that take a psa_call. Everything else about a verb is in its row of verbTable(), which
/// calls, recordings, replay and the checker use: a new verb is a value here, a row, and its callers. The table of its
/// extension is in extension_tables.h. It must not depend on anything that psa-plugin-runner, which stays small, does not need.
enum class Verb
{
    describe,
    describeUpdates,
    create,
    configure,
    test,
    createTicket,
    findTicket,
    listChoices,
    readTicket,
    addNote,
    findNote,
    changeTicket,
    activity,
    removeNote
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

/// True for the verbs that belong to no instance: they say what the plugin is and does.
constexpr bool isDescription(Verb verb)
{
    return verb < Verb::create;
}

/// True for the verbs that are called on a configured instance. Only these are recorded.
constexpr bool needsConfiguration(Verb verb)
{
    return verb >= Verb::test;
}

/// One verb.
struct VerbRow
{
    Verb verb;
    const char *name; ///< In recordings, logs and audit: "find_ticket".
    const char
        *function; ///< Its name in the ABI: a member of psa_plugin_api, the id of an extension with one function, or
                   ///< a member of an extension with several: "add_note of psa.update-ticket/1".
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

} // namespace psa::plugin
