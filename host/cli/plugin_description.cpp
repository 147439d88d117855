#include "host/cli/plugins_command.h"

#include "host/json/utf8.h"
#include "host/plugin/form.h"

#include <Poco/JSON/Array.h>

#include <array>
#include <ostream>

namespace psa::cli {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

/// Texts of a descriptor may contain escape sequences, which must not reach a terminal.
std::string text(const Object &object, const char *key)
{
    return object.has(key) ? json::printable(object.getValue<std::string>(key)) : std::string();
}

std::string joined(const Array::Ptr &items)
{
    std::string all;
    if (items)
        for (const Var &item : *items)
            all += (all.empty() ? "" : ", ") + json::printable(item.convert<std::string>());
    return all;
}

void line(std::ostream &out, const std::string &label, const std::string &value)
{
    if (!value.empty())
        out << label << std::string(label.size() < 16 ? 16 - label.size() : 1, ' ') << value << '\n';
}

/// "required, secret, one of: a, b, at most 200 characters".
std::string traits(const plugin::FormField &field)
{
    std::string all = field.required ? "required" : "optional";
    if (field.secret)
        all += ", secret";
    for (std::size_t i = 0; i < field.allowed.size(); ++i)
        all += (i == 0 ? ", one of: " : " | ") + json::printable(field.allowed[i].convert<std::string>());
    if (field.type == plugin::FieldType::integer || field.type == plugin::FieldType::number)
        all += ", a number";
    if (field.type == plugin::FieldType::list)
        all += ", a list";
    if (field.type == plugin::FieldType::map)
        all += ", names with values";
    if (!field.choices.empty())
        all += ", values listed by the PSA";
    return all;
}

void printForm(const char *heading, const plugin::Form &form, std::ostream &out)
{
    if (form.fields().empty())
        return;
    out << '\n' << heading << '\n';
    for (const plugin::FormField &field : form.fields())
    {
        out << "  " << json::printable(field.label()) << ": " << traits(field) << '\n';
        out << "      " << json::printable(field.description) << '\n';
        if (!field.text.patternHint.empty())
            out << "      Must be " << json::printable(field.text.patternHint) << ".\n";
        if (!field.defaultValue.isEmpty())
            out << "      Default: "
                << json::printable(field.defaultValue.isString() ? field.defaultValue.extract<std::string>()
                                                                 : Var::toString(field.defaultValue))
                << '\n';
        if (!field.blankMeans.empty())
            out << "      If blank: " << json::printable(field.blankMeans) << '\n';
    }
}

/// "at most 10000 requests in 3600 s, per apiUrl".
std::string limitText(const Object &limit)
{
    const auto max = text(limit, "max");
    std::string all = limit.has("windowSeconds")
                          ? "at most " + max + " requests in " + text(limit, "windowSeconds") + " s"
                          : "at most " + max + " concurrent requests";
    if (limit.has("limitKey"))
        all += ", of the kind " + text(limit, "limitKey");
    const std::string per = joined(limit.getArray("per"));
    return all + (per.empty() ? ", for each connection" : ", shared by equal " + per);
}

void printLimits(const Object &descriptor, std::ostream &out)
{
    const Object::Ptr limits = descriptor.getObject("limits");
    const std::string instances = limits && limits->has("instances") ? text(*limits, "instances") : "1";
    out << "\nLimits\n  " << instances << " ticket" << (instances == "1" ? "" : "s") << " of a connection at once\n";
    for (const char *const kind : {"concurrency", "requests"})
        if (const Array::Ptr list = limits ? limits->getArray(kind) : nullptr)
            for (const Var &each : *list)
                out << "  " << limitText(*each.extract<Object::Ptr>()) << '\n';
}

void printReference(const Object &descriptor, std::ostream &out)
{
    const Object::Ptr reference = descriptor.getObject("reference");
    if (!reference)
        return;
    out << "\nReference\n  Kept in the field \"" << text(*reference, "field") << "\" of a ticket, at most "
        << text(*reference, "maxLength") << " characters.\n  A new ticket can be found "
        << (reference->getValue<bool>("findIsConsistent") ? "immediately" : "after a while")
        << "; after an unknown outcome, a ticket that is not found for " << text(*reference, "quietSeconds")
        << " s counts as not created.\n";
}

void printErrors(const Object &descriptor, std::ostream &out)
{
    const Array::Ptr errors = descriptor.getArray("commonErrors");
    if (!errors || errors->empty())
        return;
    out << "\nCommon errors\n";
    for (const Var &each : *errors)
    {
        const Object &error = *each.extract<Object::Ptr>();
        out << "  " << text(error, "title") << ": " << text(error, "explanation") << '\n';
        if (error.has("hint"))
            out << "      " << text(error, "hint") << '\n';
    }
}

/// Capabilities in addition to creating tickets, as text.
std::string capabilities(const Object &descriptor)
{
    constexpr std::array<std::pair<const char *, const char *>, 4> known = {
        {{"psa.find-ticket/1", "finds a ticket after an unknown outcome"},
         {"psa.choices/1", "lists the PSA's values"},
         {"psa.ticket/1", "reads tickets back"},
         {"psa.update-ticket/1", "adds notes to tickets and changes them"}}};
    std::string all = "creates tickets";
    if (const Array::Ptr extensions = descriptor.getArray("extensions"))
        for (const Var &each : *extensions)
        {
            std::string words = json::printable(each.convert<std::string>());
            for (const auto &[id, meaning] : known)
                if (words == id)
                    words = meaning;
            all += ", " + words;
        }
    return all;
}

/// `updates`: see LoadedPlugin::updates.
void printUpdates(const Object &updates, std::ostream &out)
{
    out << "\nNotes and changes\n  A note has at most " << text(updates, "noteMaxLength")
        << " characters, and is visible after at most " << text(updates, "quietSeconds") << " s; one too many "
        << (updates.getValue<bool>("removesNotes") ? "is deleted" : "cannot be deleted") << ".\n";
    for (const auto &[key, label] :
         {std::pair("changes", "Can be changed: "), std::pair("afterCreate", "Set once a ticket exists: "),
          std::pair("resolvedStatuses", "Status of resolved tickets: "),
          std::pair("reopenedStatuses", "Status of reopened tickets: ")})
        if (const std::string all = joined(updates.getArray(key)); !all.empty())
            out << "  " << label << all << '\n';
}

} // namespace

void printDescription(const Object &descriptor, const Object::Ptr &updates, std::ostream &out)
{
    const plugin::DescriptorForms forms = plugin::readForms(descriptor);
    const std::string hosts = joined(descriptor.getArray("allowedHosts"));
    out << text(descriptor, "name") << " (" << text(descriptor, "id") << "@" << text(descriptor, "version") << ")\n";
    line(out, "Made by", text(descriptor, "vendor"));
    line(out, "What it is", text(descriptor, "description"));
    line(out, "Setup guide", text(descriptor, "guideUrl"));
    line(out, "What it does", capabilities(descriptor));
    line(out, "Sends only to", hosts.empty() ? "nowhere" : hosts);
    printForm("Configuration", forms.configuration, out);
    printForm("Ticket defaults", forms.ticketDefaults, out);
    printForm("Ticket fields", forms.ticketFields, out);
    printLimits(descriptor, out);
    printReference(descriptor, out);
    if (updates)
        printUpdates(*updates, out);
    printErrors(descriptor, out);
}

} // namespace psa::cli
