#include "host/plugin/instance.h"

#include "host/json/strict_json.h"
#include "host/net/secret_registry.h"
#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Object.h>

#include <stdexcept>

namespace psa::plugin {
namespace {

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
    CallOutcome outcome = run(rowOf(Verb::create), body, deadline);
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
    const VerbCall asked = configureCall(std::move(json));
    need(asked.row(), State::created);
    secrets_ = secretsOf(asked.arguments[0], plugin_->forms.configuration);
    CallContext context;
    context.secrets = secrets_;
    CallOutcome outcome = run(asked.row(), bodyOf(asked), deadline, std::move(context));
    if (outcome.ok())
        state_ = State::configured;
    return outcome;
}

CallOutcome Instance::call(const VerbCall &asked, Clock::time_point deadline)
{
    need(asked.row(), State::configured);
    if (!offers(plugin_->extensions, asked.row()))
        return notOffered(asked.row());
    CallContext context = context_;
    context.secrets = secrets_;
    return checked(asked.row(), run(asked.row(), bodyOf(asked), deadline, std::move(context)));
}

/// Owns what it uses, because it may run after the instance was abandoned.
Instance::Body Instance::bodyOf(const VerbCall &asked) const
{
    return [plugin = plugin_, asked](const psa_call *call, psa_instance *object) {
        return asked.row().invoke(plugin->api, plugin->extensions, call, object, asked.arguments);
    };
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

void Instance::need(const VerbRow &verb, State least) const
{
    if (lost() || (state_ >= least && state_ != State::destroyed))
        return; // a lost instance reports itself
    throw std::logic_error(std::string("Instance: ") + verb.function +
                           (state_ == State::destroyed   ? " was called after destroy"
                            : least == State::configured ? " was called before configure"
                                                         : " was called before create"));
}

CallOutcome Instance::run(const VerbRow &verb, Body body, Clock::time_point deadline, CallContext context)
{
    const Busy busy(busy_, verb.function);
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
        [state, outcome, body = std::move(body), object = object_, plugin = plugin_, &verb] {
            *outcome = state->run(verb.delivers(), [&](const psa_call *call) { return body(call, *object); });
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

CallOutcome Instance::checked(const VerbRow &verb, CallOutcome outcome) const
{
    if (!outcome.ok())
        return outcome;
    try
    {
        parseDocument(verb.schema, outcome.result);
    }
    catch (const InvalidDocument &error)
    {
        outcome.defects.push_back(std::string("delivered a result that is not a valid ") + verb.schema + ": " +
                                  error.what());
        outcome.error = defectOf(plugin_->id, outcome.defects.back());
        outcome.result.clear();
    }
    return outcome;
}

CallOutcome Instance::notOffered(const VerbRow &verb) const
{
    return failed(PSA_NOT_IMPLEMENTED,
                  "The plugin " + plugin_->id + " cannot " + verb.purpose + ": it does not offer the extension " +
                      verb.extension + ".",
                  "Ask the maker of the plugin for a build that does.");
}

CallOutcome Instance::lostOutcome(const VerbRow &verb) const
{
    CallOutcome outcome = failed(verb.changes ? PSA_OUTCOME_UNKNOWN : PSA_TIMEOUT,
                                 "The plugin " + plugin_->id + " did not return from " + verb.function +
                                     " within its deadline and grace period, and cannot be stopped.",
                                 "Restart psa-host to free the thread; report it to the maker of the plugin.");
    outcome.ended = Ended::hung;
    if (verb.changes)
        outcome.mutation = MutationSeen::noAnswer; // the thread may still send
    outcome.defects.push_back(std::string("did not return from ") + verb.function + " in time");
    return outcome;
}

/// The call never reached the plugin, so nothing can have changed.
CallOutcome Instance::lostBefore(const VerbRow &verb) const
{
    CallOutcome outcome =
        failed(PSA_INTERNAL,
               "An earlier call into the plugin " + plugin_->id + " did not return, so its instance is unusable; " +
                   verb.function + " was not called.",
               "Use another instance; restart psa-host to free the thread.");
    outcome.ended = Ended::hung;
    return outcome;
}

} // namespace psa::plugin
