#include "host/plugin/instance.h"

#include "host/json/strict_json.h"
#include "host/net/secret_registry.h"
#include "host/plugin/crash_record.h"
#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Object.h>

#include <cstring>
#include <stdexcept>

namespace psa::plugin {
namespace {

psa_str view(const std::string &text)
{
    return {text.data(), text.size()};
}

/// Marks an instance as used by a call; two concurrent calls are a bug in the host.
class Busy
{
public:
    Busy(std::atomic<bool> &flag, const char *verb) : flag_(flag)
    {
        if (flag_.exchange(true))
            throw std::logic_error(std::string("Instance: ") + verb + " was called while another call is in progress");
    }
    ~Busy() { flag_ = false; }
    Busy(const Busy &) = delete;
    Busy &operator=(const Busy &) = delete;

private:
    std::atomic<bool> &flag_;
};

/// The secrets in a configuration document. In an unreadable one nothing is known to be secret; the host checks each
/// document before it gets here.
std::shared_ptr<const net::SecretRegistry> secretsOf(const std::string &json, const Form &form)
try
{
    auto registry = std::make_shared<net::SecretRegistry>();
    const auto names = form.secretFields();
    if (names.empty())
        return registry;
    const auto values = json::parseStrict(json, json::ownText).extract<Poco::JSON::Object::Ptr>()->getObject("values");
    for (const std::string &name : names)
        if (values && values->has(name) && values->get(name).isString())
            registry->learn(values->getValue<std::string>(name));
    return registry;
}
catch (const Poco::BadCastException &)
{
    return nullptr;
}
catch (const json::JsonError &)
{
    return nullptr;
}

} // namespace

Instance::Instance(std::shared_ptr<const LoadedPlugin> plugin, PluginLog log, std::chrono::milliseconds grace)
    : plugin_(std::move(plugin)), log_(std::move(log)), grace_(grace),
      object_(std::make_shared<psa_instance *>(nullptr))
{
}

Instance::~Instance()
{
    destroy();
}

bool Instance::destroy()
{
    if (lost())
        return false;
    if (state_ == State::fresh || state_ == State::destroyed)
        return true;
    state_ = State::destroyed;
    const auto destroyed = [plugin = plugin_, object = object_] {
        try
        {
            plugin->api.destroy(*object);
        }
        catch (...) // destroy cannot fail, and the instance is gone in any case
        {
        }
    };
    if (worker_.run(destroyed, Clock::now() + grace_))
        return true;
    if (log_)
        log_(PSA_LOG_ERROR, "plugin " + plugin_->id + " misbehaves: destroy does not return; its thread is abandoned");
    return false;
}

CallOutcome Instance::create(Clock::time_point deadline)
{
    if (state_ != State::fresh)
        throw std::logic_error("Instance: create was called twice");
    const auto body = [plugin = plugin_, object = object_](const psa_call *call, psa_instance *) {
        return plugin->api.create(call, plugin->host, object.get());
    };
    CallOutcome outcome = call("create", Delivers::nothing, body, deadline);
    if (!outcome.ok())
        return outcome;
    if (*object_ == nullptr)
    {
        outcome.defects.emplace_back("reported success of create without returning an instance");
        outcome.error = defectOf(plugin_->id, outcome.defects.back());
        return outcome;
    }
    state_ = State::created;
    return outcome;
}

CallOutcome Instance::configure(std::string json, Clock::time_point deadline)
{
    need("configure", State::created);
    secrets_ = secretsOf(json, plugin_->forms.configuration);
    const auto body = [plugin = plugin_, json = std::move(json)](const psa_call *call, psa_instance *object) {
        return plugin->api.configure(call, object, view(json));
    };
    CallContext context;
    context.secrets = secrets_;
    CallOutcome outcome = call("configure", Delivers::nothing, body, deadline, std::move(context));
    if (outcome.ok())
        state_ = State::configured;
    return outcome;
}

CallOutcome Instance::test(Clock::time_point deadline)
{
    need("test", State::configured);
    const auto body = [plugin = plugin_](const psa_call *call, psa_instance *object) {
        return plugin->api.test(call, object);
    };
    return ask("test", "test-result", body, deadline);
}

CallOutcome Instance::createTicket(std::string reference, std::string ticketJson, Clock::time_point deadline)
{
    need("create_ticket", State::configured);
    const auto body = [plugin = plugin_, reference = std::move(reference),
                       json = std::move(ticketJson)](const psa_call *call, psa_instance *object) {
        return plugin->api.create_ticket(call, object, view(reference), view(json));
    };
    return ask("create_ticket", "ticket-result", body, deadline);
}

CallOutcome Instance::findTicket(std::string reference, Clock::time_point deadline)
{
    need(PSA_FIND_TICKET_ID, State::configured);
    if (!plugin_->extensions.findTicket)
        return notOffered(PSA_FIND_TICKET_ID, "find a ticket by its reference");
    const auto body = [plugin = plugin_, reference = std::move(reference)](const psa_call *call, psa_instance *object) {
        return plugin->extensions.findTicket->find(call, object, view(reference));
    };
    return ask(PSA_FIND_TICKET_ID, "found-tickets", body, deadline);
}

CallOutcome Instance::listChoices(ChoicesQuery query, Clock::time_point deadline)
{
    need(PSA_CHOICES_ID, State::configured);
    if (query.limit < 1 || query.limit > 500)
        throw std::logic_error("Instance: listChoices takes a limit of 1 to 500, not " + std::to_string(query.limit));
    if (!plugin_->extensions.choices)
        return notOffered(PSA_CHOICES_ID, "list the values of a field");
    const auto body = [plugin = plugin_, query = std::move(query)](const psa_call *call, psa_instance *object) {
        const psa_choices_query asked{sizeof asked,      query.limit,        view(query.list),
                                      view(query.query), view(query.cursor), view(query.dependsOnJson)};
        return plugin->extensions.choices->list(call, object, &asked);
    };
    return ask(PSA_CHOICES_ID, "choices", body, deadline);
}

CallOutcome Instance::readTicket(std::string ticketId, Clock::time_point deadline)
{
    need(PSA_TICKET_ID, State::configured);
    if (!plugin_->extensions.ticket)
        return notOffered(PSA_TICKET_ID, "read a ticket back");
    const auto body = [plugin = plugin_, id = std::move(ticketId)](const psa_call *call, psa_instance *object) {
        return plugin->extensions.ticket->read(call, object, view(id));
    };
    return ask(PSA_TICKET_ID, "ticket-result", body, deadline);
}

void Instance::cancel()
{
    const std::lock_guard lock(mutex_);
    if (current_)
        current_->cancel();
}

void Instance::stop()
{
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (current_)
        current_->cancel();
}

void Instance::need(const char *verb, State least) const
{
    if (lost() || (state_ >= least && state_ != State::destroyed))
        return; // a lost instance reports itself
    throw std::logic_error(std::string("Instance: ") + verb +
                           (state_ == State::destroyed   ? " was called after destroy"
                            : least == State::configured ? " was called before configure"
                                                         : " was called before create"));
}

CallOutcome Instance::ask(const char *verb, const char *schema, Body body, Clock::time_point deadline)
{
    CallContext context = context_;
    context.secrets = secrets_;
    return checked(schema, call(verb, Delivers::result, std::move(body), deadline, std::move(context)));
}

CallOutcome Instance::call(const char *verb, Delivers delivers, Body body, Clock::time_point deadline,
                           CallContext context)
{
    const Busy busy(busy_, verb);
    if (lost())
        return lostBefore(verb);
    auto state = CallState::begin(plugin_->id, deadline, log_, std::move(context));
    auto outcome = std::make_shared<CallOutcome>();
    {
        const std::lock_guard lock(mutex_);
        current_ = state;
        if (stopped_)
            state->cancel();
    }
    const bool returned = worker_.run(
        [state, outcome, delivers, body = std::move(body), object = object_, plugin = plugin_, verb] {
            const std::string build = plugin->build();
            const InsidePlugin inside(build.c_str(), verb);
            *outcome = state->run(delivers, [&](const psa_call *call) { return body(call, *object); });
        },
        deadline + grace_);
    {
        const std::lock_guard lock(mutex_);
        current_.reset();
    }
    if (returned)
        return std::move(*outcome);
    state->abandon();
    return lostOutcome(verb);
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
        outcome.defects.push_back(std::string("delivered a result that is not a valid ") + schema + ": " +
                                  error.what());
        outcome.error = defectOf(plugin_->id, outcome.defects.back());
        outcome.result.clear();
    }
    return outcome;
}

CallOutcome Instance::notOffered(const char *extension, const char *purpose) const
{
    return failed(PSA_NOT_IMPLEMENTED,
                  "The plugin " + plugin_->id + " cannot " + purpose + ": it does not offer the extension " +
                      extension + ".",
                  "Ask the maker of the plugin for a build that does.");
}

/// Only create_ticket may have changed anything in the PSA by the time it was abandoned.
CallOutcome Instance::lostOutcome(const char *verb) const
{
    const bool mayHaveChanged = std::strcmp(verb, "create_ticket") == 0;
    CallOutcome outcome = failed(mayHaveChanged ? PSA_OUTCOME_UNKNOWN : PSA_TIMEOUT,
                                 "The plugin " + plugin_->id + " did not return from " + verb +
                                     " within its deadline and grace period, and cannot be stopped.",
                                 "Restart psa-host to free the thread; report it to the maker of the plugin.");
    outcome.lost = true;
    outcome.defects.push_back(std::string("did not return from ") + verb + " in time");
    return outcome;
}

/// The call never reached the plugin, so nothing can have changed.
CallOutcome Instance::lostBefore(const char *verb) const
{
    CallOutcome outcome = failed(PSA_INTERNAL,
                                 "An earlier call into the plugin " + plugin_->id +
                                     " did not return, so its instance is unusable; " + verb + " was not called.",
                                 "Use another instance; restart psa-host to free the thread.");
    outcome.lost = true;
    return outcome;
}

} // namespace psa::plugin
