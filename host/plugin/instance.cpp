#include "host/plugin/instance.h"

#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"

namespace psa::host {

Instance::Instance(std::shared_ptr<const LoadedPlugin> plugin, PluginLog log, std::chrono::milliseconds grace)
    : plugin_(std::move(plugin)), log_(std::move(log)), grace_(grace),
      object_(std::make_shared<psa_instance *>(nullptr))
{
}

Instance::~Instance()
{
    if (lost() || *object_ == nullptr)
        return;
    const auto destroyed = [plugin = plugin_, object = object_] {
        try
        {
            plugin->api.destroy(*object);
        }
        catch (...) // NOLINT(bugprone-empty-catch): destroy has no way to fail, and the instance is gone either way
        {
        }
    };
    if (!worker_.run(destroyed, Clock::now() + grace_) && log_)
        log_(PSA_LOG_ERROR, "plugin " + plugin_->id + " misbehaves: destroy does not return; its thread is given up");
}

CallOutcome Instance::create(Clock::time_point deadline)
{
    const auto body = [plugin = plugin_, object = object_](const psa_call *call, psa_instance *) {
        return plugin->api.create(call, plugin->host, object.get());
    };
    CallOutcome outcome = call("create", Delivers::nothing, body, deadline);
    if (!outcome.lost && outcome.ok() && *object_ == nullptr)
        outcome.error = PluginError{PSA_INTERNAL,
                                    0,
                                    0,
                                    "This is a defect in the plugin " + plugin_->id +
                                        ": create reported success without an instance.",
                                    "Report it to the maker of the plugin, with this message.",
                                    {},
                                    {},
                                    {}};
    return outcome;
}

CallOutcome Instance::configure(std::string json, Clock::time_point deadline)
{
    const auto body = [plugin = plugin_, json = std::move(json)](const psa_call *call, psa_instance *object) {
        return plugin->api.configure(call, object, {json.data(), json.size()});
    };
    return call("configure", Delivers::nothing, body, deadline);
}

CallOutcome Instance::test(Clock::time_point deadline)
{
    const auto body = [plugin = plugin_](const psa_call *call, psa_instance *object) {
        return plugin->api.test(call, object);
    };
    return checked("test-result", call("test", Delivers::result, body, deadline));
}

CallOutcome Instance::createTicket(std::string reference, std::string ticketJson, Clock::time_point deadline)
{
    const auto body = [plugin = plugin_, reference = std::move(reference),
                       json = std::move(ticketJson)](const psa_call *call, psa_instance *object) {
        return plugin->api.create_ticket(call, object, {reference.data(), reference.size()},
                                         {json.data(), json.size()});
    };
    return checked("ticket-result", call("create_ticket", Delivers::result, body, deadline));
}

void Instance::cancel()
{
    const std::lock_guard lock(mutex_);
    if (current_)
        current_->cancel();
}

CallOutcome Instance::call(const char *verb, Delivers delivers, Body body, Clock::time_point deadline)
{
    if (lost())
        return lostOutcome(verb);
    auto state = CallState::begin(plugin_->id, deadline, log_);
    auto outcome = std::make_shared<CallOutcome>();
    {
        const std::lock_guard lock(mutex_);
        current_ = state;
    }
    const bool returned = worker_.run(
        [state, outcome, delivers, body = std::move(body), object = object_] {
            *outcome = state->run(delivers, [&](const psa_call *call) { return body(call, *object); });
        },
        deadline + grace_);
    {
        const std::lock_guard lock(mutex_);
        current_.reset();
    }
    return returned ? std::move(*outcome) : lostOutcome(verb);
}

CallOutcome Instance::checked(const char *schema, CallOutcome outcome) const
{
    if (!outcome.ok())
        return outcome;
    try
    {
        parseDocument(schema, outcome.result);
    }
    catch (const InvalidDocument &error)
    {
        outcome.defects.push_back(std::string("delivered a result that is no ") + schema + ": " + error.what());
        outcome.error =
            PluginError{PSA_INTERNAL,
                        0,
                        0,
                        "This is a defect in the plugin " + plugin_->id + ": it " + outcome.defects.back() + ".",
                        "Report it to the maker of the plugin, with this message.",
                        {},
                        {},
                        {}};
        outcome.result.clear();
    }
    return outcome;
}

CallOutcome Instance::lostOutcome(const char *verb) const
{
    CallOutcome outcome;
    outcome.lost = true;
    outcome.defects.push_back(std::string("did not return from ") + verb + " in time");
    outcome.error = PluginError{PSA_OUTCOME_UNKNOWN,
                                0,
                                0,
                                "The plugin " + plugin_->id + " did not return from " + verb +
                                    " within its deadline and grace, and cannot be stopped.",
                                "Restart psa-host to free the thread; report it to the maker of the plugin.",
                                {},
                                {},
                                {}};
    return outcome;
}

} // namespace psa::host
