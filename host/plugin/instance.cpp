#include "host/plugin/instance.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/net/secret_registry.h"
#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/ticket_builder.h"

#include <Poco/JSON/Object.h>

#include <stdexcept>
#include <utility>

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

/// For loading and entering a plugin that has been checked.
constexpr std::chrono::seconds startTime(5);

/// A ticket that the plugin does not get.
CallOutcome refused(const FieldError &error)
{
    CallOutcome outcome = failed(PSA_INVALID_TICKET, "The ticket was not sent: " + error.message + ".",
                                 "Correct the ticket, or install a newer build of the plugin.");
    outcome.error->field = error.field;
    return outcome;
}

} // namespace

Instance::Instance(std::shared_ptr<const LoadedPlugin> plugin, std::shared_ptr<runner::Runner> process, PluginLog log,
                   std::chrono::milliseconds grace)
    : plugin_(std::move(plugin)), process_(std::move(process)), log_(std::move(log)), grace_(grace),
      slot_(process_->takeSlot().value_or(0))
{
}

Instance::Instance(const std::shared_ptr<const LoadedPlugin> &plugin, const PluginLog &log,
                   std::chrono::milliseconds grace)
    : Instance(plugin, plugin->start(log), log, grace)
{
    plugin_->enter(*process_, Clock::now() + grace + startTime);
}

Instance::~Instance()
{
    destroy();
}

bool Instance::destroy()
{
    const State before = std::exchange(state_, State::destroyed);
    if (slot_ == 0 || before == State::destroyed || !process_->isUsable())
        return true;
    const std::string wrong = process_->freeSlot(slot_, Clock::now() + grace_);
    if (wrong.empty())
        return true;
    process_->retire();
    if (log_)
        log_(PSA_LOG_ERROR,
             "plugin " + plugin_->id + " misbehaves: it " + json::printable(wrong) + "; its process is replaced");
    return false;
}

CallOutcome Instance::create(Clock::time_point deadline)
{
    if (state_ != State::fresh)
        throw std::logic_error("Instance: create was called twice");
    CallOutcome outcome = run({Verb::create}, deadline);
    if (outcome.ok())
        state_ = State::created;
    return outcome;
}

CallOutcome Instance::configure(std::string json, Clock::time_point deadline)
{
    const VerbCall asked = configureCall(std::move(json));
    need(asked.row(), State::created);
    secrets_ = secretsOf(asked.arguments[0], plugin_->forms.configuration);
    CallOutcome outcome = run(asked, deadline);
    if (outcome.ok())
        state_ = State::configured;
    return outcome;
}

CallOutcome Instance::call(const VerbCall &asked, CallContext context, Clock::time_point deadline)
{
    const VerbRow &verb = asked.row();
    need(verb, State::configured);
    if (!plugin_->offers(verb.verb))
        return failed(PSA_NOT_IMPLEMENTED,
                      "The plugin " + plugin_->id + " cannot " + verb.purpose + ": it does not offer " +
                          (plugin_->extensions.contains(verb.extension)
                               ? verb.function
                               : std::string("the extension ") + verb.extension) +
                          ".",
                      "Ask the maker of the plugin for a build that does.");
    if (verb.verb == Verb::createTicket)
        if (const auto unknown = unknownMember(*plugin_, asked.argument("ticket")))
            return refused(*unknown);
    return checked(verb, run(asked, deadline, std::move(context)));
}

void Instance::cancel()
{
    const std::lock_guard lock(mutex_);
    if (!current_)
        return;
    current_->cancel();
    process_->cancel(slot_);
}

void Instance::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    cancel();
}

bool Instance::isUsable() const
{
    return slot_ != 0 && process_->isUsable();
}

void Instance::need(const VerbRow &verb, State least) const
{
    if (state_ >= least && state_ != State::destroyed)
        return;
    throw std::logic_error(std::string("Instance: ") + verb.function +
                           (state_ == State::destroyed   ? " was called after destroy"
                            : least == State::configured ? " was called before configure"
                                                         : " was called before create"));
}

CallOutcome Instance::run(const VerbCall &asked, Clock::time_point deadline, CallContext context)
{
    const VerbRow &verb = asked.row();
    const Busy busy(busy_, verb.function);
    if (!isUsable())
        return runner::notCalled(plugin_->id, verb);
    context.secrets = secrets_;
    context.abi = plugin_->abi;
    const auto state = std::make_shared<CallState>(plugin_->id, deadline, log_, std::move(context));
    {
        const std::lock_guard lock(mutex_);
        current_ = state;
        if (stopped_)
            state->cancel();
    }
    CallOutcome outcome = process_->call({slot_, verb, asked.arguments, state, grace_});
    const std::lock_guard lock(mutex_);
    current_.reset();
    return outcome;
}

CallOutcome Instance::checked(const VerbRow &verb, CallOutcome outcome) const
{
    if (!outcome.ok() || verb.schema == nullptr)
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

} // namespace psa::plugin
