#include "plugin-check/offline.h"

#include "host/net/egress_policy.h"
#include "host/net/http_client.h"
#include "host/net/kept_secrets.h"
#include "host/net/secret_registry.h"
#include "host/net/value_cache.h"
#include "plugin-check/check_context.h"
#include "plugin-check/example_values.h"
#include "plugin-check/plugin_under_check.h"

#include <Poco/JSON/Array.h>

namespace psa::check {
namespace {

/// The names of the lists that the forms refer to, and one that does not exist.
std::vector<std::string> choiceLists(PluginUnderCheck &plugin)
{
    std::vector<std::string> lists;
    for (const plugin::Form *form :
         {&plugin.forms().configuration, &plugin.forms().ticketDefaults, &plugin.forms().ticketFields})
        for (const plugin::FormField &field : form->fields())
            if (!field.choices.empty() && lists.empty())
                lists.push_back(field.choices);
    lists.emplace_back("no such list");
    return lists;
}

} // namespace

net::HttpResponse ScriptedTransport::exchange(const net::HttpsUrl &, const net::HttpRequest &request,
                                              const net::Stop &stop)
{
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
    }
    return answer_(request, stop);
}

std::vector<net::HttpRequest> ScriptedTransport::requests() const
{
    const std::lock_guard lock(mutex_);
    return requests_;
}

std::shared_ptr<ScriptedTransport> unreachableNetwork()
{
    return std::make_shared<ScriptedTransport>([](const net::HttpRequest &, const net::Stop &) {
        net::HttpResponse response;
        response.reason = net::Reason::connect;
        response.detail = "connection refused";
        return response;
    });
}

plugin::CallContext servicesOver(std::shared_ptr<net::Transport> transport, const Poco::JSON::Object &descriptor)
{
    plugin::CallContext services;
    services.clock = std::make_shared<clock::SystemClock>();
    services.cache = std::make_shared<net::ValueCache>(services.clock);
    const auto secrets = std::make_shared<net::SecretRegistry>();
    services.keptSecrets = std::make_shared<net::KeptSecrets>(services.clock, secrets);
    net::BudgetRegistry budgets(services.clock);
    services.http = std::make_shared<net::HttpClient>(net::HttpClient::Parts{
        std::move(transport),
        std::make_shared<net::EgressPolicy>(plugin::allowedHosts(descriptor), std::vector<std::string>()),
        budgets.forConnection("check", {}, {}), secrets, services.clock});
    return services;
}

namespace {

/// A call of each function of psa.update-ticket/1 that the plugin has.
std::vector<plugin::VerbCall> exampleUpdates(const plugin::ExtensionTables &offered)
{
    std::vector<plugin::VerbCall> calls{
        {plugin::Verb::describeUpdates},
        plugin::addNoteCall("1", "PSACHECK1",
                            R"({"version":1,"text":"A note\nof two lines.","visibility":"internal"})"),
        plugin::findNoteCall("1", "PSACHECK1"),
        plugin::changeTicketCall("1", R"({"version":1,"status":"Done"})"),
        plugin::activityCall("1", "")};
    if (offered.updateTicket->remove_note != nullptr)
        calls.push_back(plugin::removeNoteCall("1", "1"));
    return calls;
}

} // namespace

std::vector<CallRecord> callAllVerbs(CheckContext &context, PluginUnderCheck &plugin, psa_instance *instance,
                                     const CallWay &way)
{
    std::vector<CallRecord> records{plugin.test(instance, way)};
    for (const std::string &ticket : exampleTickets(context, plugin))
        records.push_back(plugin.call(instance, plugin::createTicketCall("psa-check-1", ticket), way));
    if (plugin.extensions().findTicket)
        records.push_back(plugin.call(instance, plugin::findTicketCall("psa-check-1"), way));
    if (plugin.extensions().choices)
        for (const std::string &list : choiceLists(plugin))
        {
            plugin::ChoicesQuery query;
            query.list = list;
            records.push_back(plugin.call(instance, plugin::listChoicesCall(query), way));
        }
    if (plugin.extensions().ticket)
        records.push_back(plugin.call(instance, plugin::readTicketCall("1"), way));
    if (plugin.extensions().updateTicket)
        for (const plugin::VerbCall &call : exampleUpdates(plugin.extensions()))
            records.push_back(plugin.call(instance, call, way));
    return records;
}

std::vector<CallRecord> liveOffline(CheckContext &context, PluginUnderCheck &plugin)
{
    std::vector<CallRecord> records{plugin.describe()};
    psa_instance *instance = nullptr;
    records.push_back(plugin.create(instance));
    if (instance == nullptr)
        context.failAndStop("no instance was created; " + records.back().describe());
    records.push_back(plugin.configure(instance, exampleConfigurationDocument(context, plugin)));
    records.push_back(plugin.configure(instance, "this is not JSON"));
    const auto add = [&](std::vector<CallRecord> more) {
        for (CallRecord &record : more)
            records.push_back(std::move(record));
    };
    add(callAllVerbs(context, plugin, instance, {}));
    add(callAllVerbs(context, plugin, instance, {.services = servicesOver(unreachableNetwork(), plugin.descriptor())}));
    for (const CallRecord &record : records)
        if (!record.returned())
            context.failAndStop(record.describe());
    plugin.destroy(instance);
    return records;
}

} // namespace psa::check
