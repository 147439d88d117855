#include "host/plugin/descriptor_forms.h"

#include "host/json/strict_json.h"
#include "host/plugin/documents.h"

namespace psa::plugin {
namespace {

using Poco::JSON::Object;

void addFields(std::set<std::string> &names, const Object::Ptr &form)
{
    if (form)
        for (const std::string &name : form->getObject("properties")->getNames())
            names.insert(name);
}

Form readForm(const Object &descriptor, const std::string &name, const FormRules &rules)
try
{
    const Object::Ptr form = descriptor.getObject(name);
    return form ? Form(*form, rules) : Form();
}
catch (const InvalidForm &error)
{
    throw InvalidForm(name + ": " + error.what());
}

/// The connections that share a limit are determined by configuration fields; an unknown name would make all
/// connections share it.
void checkLimits(const Object &descriptor)
{
    const Object::Ptr limits = descriptor.getObject("limits");
    std::set<std::string> fields;
    addFields(fields, descriptor.getObject("configuration"));
    for (const char *const kind : {"concurrency", "requests"})
        if (const auto rules = limits ? limits->getArray(kind) : Poco::JSON::Array::Ptr())
            for (unsigned i = 0; i < rules->size(); ++i)
                if (const auto per = rules->getObject(i)->getArray("per"))
                    for (const auto &name : *per)
                        if (fields.count(name.convert<std::string>()) == 0)
                            throw InvalidForm("limits: \"per\" of " + std::string(kind) + " " + std::to_string(i) +
                                              " names \"" + name.convert<std::string>() +
                                              "\", which is not a field of the configuration");
}

} // namespace

DescriptorForms readForms(const Object &descriptor)
{
    // The host merges defaults, fields and common values into one ticket, and a list of choices may depend on any part
    // of it: the statuses of a board, the contacts of a company.
    checkLimits(descriptor);
    FormRules ticket{false, {}};
    addFields(ticket.otherFields, descriptor.getObject("ticketDefaults"));
    addFields(ticket.otherFields, descriptor.getObject("ticketFields"));
    addFields(ticket.otherFields, json::parseStrict(embeddedSchemas.at("ticket")).extract<Object::Ptr>());
    return {readForm(descriptor, "configuration", {}), readForm(descriptor, "ticketDefaults", ticket),
            readForm(descriptor, "ticketFields", ticket)};
}

std::vector<std::string> allowedHosts(const Object &descriptor)
{
    std::vector<std::string> hosts;
    if (const auto array = descriptor.getArray("allowedHosts"))
        for (const auto &host : *array)
            hosts.push_back(host.convert<std::string>());
    return hosts;
}

} // namespace psa::plugin
