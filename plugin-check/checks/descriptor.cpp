// What describe returns.
#include "host/net/egress_policy.h"
#include "host/plugin/descriptor_diff.h"
#include "host/plugin/documents.h"
#include "host/plugin/plugin_start.h"
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/plugin_under_check.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace psa::check {
namespace {

using Poco::JSON::Object;

void isValidAndConstant(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const CallRecord record = plugin.describe();
    if (!record.ok())
        context.failAndStop(record.describe());
    Object::Ptr descriptor;
    try
    {
        descriptor = plugin::parseDocument("descriptor", record.outcome.result).extract<Object::Ptr>();
    }
    catch (const plugin::InvalidDocument &error)
    {
        context.failAndStop(std::string("it does not match schemas/descriptor.schema.json: ") + error.what());
    }
    if (plugin.describe().outcome.result != record.outcome.result)
        context.fail("describe returns different bytes the second time");
    const auto note =
        plugin::parseDocument("note", readPluginFile(context.plugin()).note.value_or("")).extract<Object::Ptr>();
    for (const char *name : {"id", "version"})
        if (note->getValue<std::string>(name) != descriptor->getValue<std::string>(name))
            context.fail("the " + std::string(name) + " is " + descriptor->getValue<std::string>(name) +
                         " in the descriptor and " + note->getValue<std::string>(name) +
                         " in the note; use PSA_PLUGIN_ID and PSA_PLUGIN_VERSION");
}

/// The forms; ends the check if there are none.
plugin::DescriptorForms formsOf(CheckContext &context, PluginUnderCheck &plugin)
{
    const CallRecord record = plugin.describe();
    try
    {
        return plugin::readForms(*plugin::parseDocument("descriptor", record.outcome.result).extract<Object::Ptr>());
    }
    catch (const plugin::InvalidForm &error)
    {
        context.failAndStop(error.what());
    }
}

bool looksSecret(const std::string &text)
{
    std::string lower = text;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array words{"password", "secret", "token", "apikey", "api key", "private key", "privatekey"};
    return std::any_of(words.begin(), words.end(),
                       [&](const char *word) { return lower.find(word) != std::string::npos; });
}

void formsMakeSense(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const plugin::DescriptorForms forms = formsOf(context, plugin);
    for (const plugin::FormField &field : forms.configuration.fields())
        if (!field.secret && field.type == plugin::FieldType::string &&
            (looksSecret(field.title) || looksSecret(field.name)))
            context.warn("field " + field.label() + " sounds like a secret and is not marked \"secret\"");
    for (const plugin::Form *form : {&forms.ticketDefaults, &forms.ticketFields})
        for (const plugin::FormField &field : form->fields())
            if (field.secret)
                context.fail("field " + field.label() + " of a ticket form is a secret");
}

void hostsAreAccepted(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    try
    {
        const net::EgressPolicy policy(plugin::allowedHosts(plugin.descriptor()), {});
    }
    catch (const std::invalid_argument &error)
    {
        context.fail(std::string("allowedHosts: ") + error.what());
    }
}

void canFindAgain(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const bool finds = plugin.extensions().findTicket.has_value();
    const bool says = plugin.descriptor().has("reference");
    if (finds && !says)
        context.fail("it offers " PSA_FIND_TICKET_ID
                     " and has no \"reference\": the host cannot know how long a ticket can stay invisible");
    if (says && !finds)
        context.fail("it has a \"reference\" and does not offer " PSA_FIND_TICKET_ID);
    if (!says && !finds)
        context.warn("it cannot find a ticket by its reference: every unknown outcome needs a human");
    const bool usesChoices = [&] {
        for (const plugin::Form *form :
             {&plugin.forms().configuration, &plugin.forms().ticketDefaults, &plugin.forms().ticketFields})
            for (const plugin::FormField &field : form->fields())
                if (!field.choices.empty())
                    return true;
        return false;
    }();
    if (usesChoices && !plugin.extensions().choices)
        context.fail("fields have \"choices\" and it does not offer " PSA_CHOICES_ID);
}

/// The part of a version that indicates breaking changes: the first number, or the second if the first is 0.
std::string breakingPart(const std::string &version)
{
    const std::size_t first = version.find('.');
    return version.substr(0, version.rfind("0.", 0) == 0 ? version.find_first_of(".-+", first + 1) : first);
}

void keepsPromises(CheckContext &context)
{
    if (!context.inputs().previous)
        context.skip("there is no release to compare with; name one with --previous");
    PluginUnderCheck before(context, {}, *context.inputs().previous);
    PluginUnderCheck after(context);
    const auto version = [](PluginUnderCheck &plugin) {
        return breakingPart(plugin.descriptor().getValue<std::string>("version"));
    };
    const bool mayBreak = version(before) != version(after);
    for (const plugin::DescriptorChange &change : plugin::diffDescriptors(before.descriptor(), after.descriptor()))
    {
        const std::string text = change.where + ": " + change.change + "; " + change.why;
        if (change.impact == plugin::Impact::compatible)
            context.note(text);
        else if (change.impact == plugin::Impact::review || mayBreak)
            context.warn(text);
        else
            context.fail(text + "; that requires a different version than " + version(before) + ".x");
    }
}

void updatesAreDescribed(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const auto &table = plugin.extensions().updateTicket;
    if (!table)
        return context.note("it does not offer psa.update-ticket/1");
    const CallRecord record = plugin.describeUpdates();
    if (!record.ok())
        context.failAndStop(record.describe());
    try
    {
        plugin::readUpdateDescription(record.outcome.result, table->remove_note != nullptr);
    }
    catch (const plugin::Refusal &refusal)
    {
        context.failAndStop("expected " + refusal.expected + ", found " + refusal.found);
    }
    if (plugin.describeUpdates().outcome.result != record.outcome.result)
        context.fail("describe of psa.update-ticket/1 returns different bytes the second time");
}

} // namespace

const std::vector<Check> descriptorChecks{
    {.id = "D01",
     .title = "The descriptor is valid and constant",
     .level = 1,
     .requirement = "describe returns a document that matches schemas/descriptor.schema.json, the same bytes each "
                    "time, with id and version from the note.",
     .consequence = "The host rejects the plugin.",
     .needs = {"A02", "A03"},
     .run = isValidAndConstant},
    {.id = "D02",
     .title = "The forms are consistent",
     .level = 1,
     .requirement = "Required fields exist, defaults satisfy their own rules, patterns are RE2, limits name "
                    "existing fields; secrets are marked, and none is in a ticket form.",
     .consequence = "The host rejects the plugin; a secret that is not marked is shown and logged.",
     .needs = {"D01"},
     .run = formsMakeSense},
    {.id = "D03",
     .title = "A release keeps the promises of the previous one",
     .level = 1,
     .requirement = "Compared with the release given by --previous, nothing is removed, newly required or "
                    "narrowed, unless the first number of the version (for 0.x the second) changes.",
     .consequence = "Connections and tickets that used to work are rejected after an update.",
     .needs = {"D02"},
     .run = keepsPromises},
    {.id = "D04",
     .title = "The allowed hosts are valid patterns",
     .level = 1,
     .requirement =
         "allowedHosts contains patterns that the host accepts: none is broader than one domain of the vendor.",
     .consequence = "No connection can be created.",
     .needs = {"D02"},
     .run = hostsAreAccepted},
    {.id = "D05",
     .title = "What the descriptor refers to is offered",
     .level = 1,
     .requirement = "\"reference\" requires psa.find-ticket/1, and \"choices\" requires psa.choices/1.",
     .consequence = "A lost response cannot be resolved without a human; lists stay empty.",
     .needs = {"D02", "A04"},
     .run = canFindAgain},
    {.id = "D06",
     .title = "What it does to tickets is described",
     .level = 1,
     .requirement = "describe of psa.update-ticket/1 returns a document that matches "
                    "schemas/update-description.schema.json, the same bytes each time; removesNotes says whether "
                    "remove_note is set, and afterCreate has only members of changes.",
     .consequence = "The host rejects the plugin.",
     .needs = {"A04"},
     .run = updatesAreDescribed},
};

} // namespace psa::check
