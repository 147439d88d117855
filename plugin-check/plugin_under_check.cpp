#include "plugin-check/plugin_under_check.h"

#include "host/json/utf8.h"
#include "host/plugin/documents.h"
#include "host/plugin/linker_advice.h"
#include "host/plugin/plugin_loader.h"
#include "host/plugin/trusted_file.h"
#include "plugin-check/check_context.h"
#include "plugin-check/observed_call.h"

#include <algorithm>

namespace psa::check {
namespace {

using plugin::runner::child::thrownBy;

constexpr std::chrono::milliseconds grace = plugin::Instance::defaultGrace;

/// The paths of a plugin under development are not checked here: S01 checks the file.
plugin::TrustedFile openPlugin(const std::filesystem::path &file)
{
    return plugin::TrustedFile::open(file, true);
}

/// Runs psa_plugin_entry with a host's time limit.
const psa_plugin_api *enter(CheckContext &context, const CallingThread &thread, psa_plugin_entry_fn entry,
                            const psa_host *host)
{
    struct Answer
    {
        const psa_plugin_api *table = nullptr;
        std::optional<std::string> thrown;
    };
    context.step("psa_plugin_entry");
    const auto time = plugin::LoaderPolicy().startDeadline;
    const auto answer = std::make_shared<Answer>();
    const auto task = [answer, entry, host] { answer->thrown = thrownBy([&] { answer->table = entry(host); }); };
    if (!thread.run(task, clock::RunningClock::now() + time))
        context.failAndStop("psa_plugin_entry did not return within " + std::to_string(time.count()) + " ms");
    if (answer->thrown)
        context.failAndStop("psa_plugin_entry threw an exception" +
                            (answer->thrown->empty() ? "" : ": " + *answer->thrown));
    return answer->table;
}

} // namespace

std::vector<unsigned char> readPluginBytes(const std::filesystem::path &file)
{
    return openPlugin(file).bytes();
}

plugin::ElfFile readPluginFile(const std::filesystem::path &file)
{
    return plugin::readElf(readPluginBytes(file));
}

plugin::PluginAbi noteAbi(const std::filesystem::path &file)
{
    const auto note = plugin::parseDocument("note", readPluginFile(file).note.value_or(""))
                          .extract<Poco::JSON::Object::Ptr>()
                          ->getObject("abi");
    return {note->getValue<std::uint32_t>("major"), note->getValue<std::uint32_t>("built"),
            note->getValue<std::uint32_t>("needed")};
}

std::string versionProblem(const plugin::PluginAbi &plugin)
{
    const plugin::HostAbi here = plugin::PluginLoader::currentAbi();
    switch (plugin::negotiate(here, plugin))
    {
    case plugin::Negotiated::accepted:
        return {};
    case plugin::Negotiated::contradictory:
        return "abi_minor_needed is above abi_minor_built: " + toText(plugin);
    case plugin::Negotiated::tooOld:
        return toText(plugin) + " is too old for this host, which has ABI " + toText(here);
    case plugin::Negotiated::tooNew:
        break;
    }
    return toText(plugin) + " is too new for this host, which has ABI " + toText(here);
}

psa_plugin_entry_fn mapPlugin(CheckContext &context, const std::filesystem::path &file)
{
    context.step("loading the library");
    try
    {
        psa_plugin_entry_fn entry = nullptr;
        const int library = libraryDescriptor(file);
        runLoading([&] { entry = plugin::runner::child::mapLibrary(library); });
        return entry;
    }
    catch (const std::exception &error)
    {
        context.failAndStop(
            json::sentences(std::string("it cannot be loaded: ") + error.what(), plugin::linkerAdvice(error.what())));
    }
}

psa_plugin_entry_fn mapPlugin(CheckContext &context)
{
    return mapPlugin(context, context.plugin());
}

PluginUnderCheck::PluginUnderCheck(CheckContext &context, const HostShape &shape)
    : PluginUnderCheck(context, shape, context.plugin())
{
}

PluginUnderCheck::PluginUnderCheck(CheckContext &context, const HostShape &shape, const std::filesystem::path &file)
    : context_(context), host_(new CheckHost(shape)), calls_(new DirectCalls)
{
    const psa_plugin_api *table = enter(context, thread_, mapPlugin(context, file), host_->raw());
    if (table == nullptr)
        context.failAndStop("psa_plugin_entry returned NULL to a host of ABI " + std::to_string(shape.major) + "." +
                            std::to_string(shape.minor));
    table_ = table;
    std::memcpy(&api_, table, std::min<std::size_t>(table->struct_size, sizeof api_));
}

CallRecord PluginUnderCheck::call(const plugin::VerbRow &verb, Body body, const CallWay &way)
{
    context_.step(verb.function);
    const auto deadline = clock::RunningClock::now() + way.time;
    ObservedCall &observed = ObservedCall::begin(verb.function, host_->shape());
    plugin::CallContext services = way.services;
    services.abi = {api_.abi_major, api_.abi_minor_built, api_.abi_minor_needed};
    plugin::CallOutcome outcome = calls_->call(
        verb, std::make_shared<plugin::CallState>("under check", deadline, nullptr, std::move(services)), grace,
        [&observed, body = std::move(body)](auto call) { return observed.run(std::move(call), body); });
    CallRecord record = observed.record();
    record.outcome = std::move(outcome);
    if (record.outcome.ended == plugin::Ended::hung)
        record.took = way.time + grace;
    return record;
}

CallRecord PluginUnderCheck::describe(const CallWay &way)
{
    return call(plugin::rowOf(plugin::Verb::describe), api_.describe, way);
}

CallRecord PluginUnderCheck::create(psa_instance *&instance, const CallWay &way)
{
    const auto made = std::make_shared<psa_instance *>(nullptr);
    CallRecord record = call(
        plugin::rowOf(plugin::Verb::create),
        [create = api_.create, host = host_->raw(), made](const psa_call *call) {
            return create(call, host, made.get());
        },
        way);
    instance = record.outcome.ended == plugin::Ended::returned ? *made : nullptr;
    return record;
}

CallRecord PluginUnderCheck::configure(psa_instance *instance, const std::string &json, const CallWay &way)
{
    return call(instance, plugin::configureCall(json), way);
}

CallRecord PluginUnderCheck::call(psa_instance *instance, const plugin::VerbCall &asked, const CallWay &way)
{
    // Requests extensions only where needed, because a plugin under check may answer wrongly.
    const plugin::VerbRow &row = asked.row();
    const auto tables = row.extension == nullptr ? plugin::ExtensionTables() : extensions();
    return call(
        row,
        [api = api_, tables, instance, asked](const psa_call *call) {
            return asked.row().invoke(api, tables, call, instance, asked.arguments);
        },
        way);
}

void PluginUnderCheck::destroy(psa_instance *instance)
{
    context_.step("destroy");
    run([&] { api_.destroy(instance); });
}

const void *PluginUnderCheck::extension(const std::string &id) const
{
    const void *table = nullptr;
    run([&] { table = api_.get_extension(host_->raw(), id.c_str()); });
    return table;
}

psa_instance *PluginUnderCheck::created()
{
    psa_instance *instance = nullptr;
    const CallRecord record = create(instance);
    if (!record.ok() || instance == nullptr)
        context_.failAndStop(record.ok() ? "create succeeded without an instance" : record.describe());
    return instance;
}

psa_instance *PluginUnderCheck::configured(const std::string &json)
{
    psa_instance *instance = created();
    if (const CallRecord record = configure(instance, json); !record.ok())
        context_.failAndStop(record.describe());
    return instance;
}

void PluginUnderCheck::learnDescriptor()
{
    if (descriptor_)
        return;
    const CallRecord record = describe();
    if (!record.ok())
        context_.failAndStop(record.describe());
    descriptor_ = plugin::parseDocument("descriptor", record.outcome.result).extract<Poco::JSON::Object::Ptr>();
    forms_ = plugin::readForms(*descriptor_);
}

const Poco::JSON::Object &PluginUnderCheck::descriptor()
{
    learnDescriptor();
    return *descriptor_;
}

const plugin::DescriptorForms &PluginUnderCheck::forms()
{
    learnDescriptor();
    return forms_;
}

const plugin::ExtensionTables &PluginUnderCheck::extensions()
{
    if (extensions_)
        return *extensions_;
    std::map<std::string, const void *> offered;
    for (const char *id : plugin::knownExtensions)
    {
        context_.step("get_extension(\"" + std::string(id) + "\")");
        if (const void *table = extension(id))
            offered[id] = table;
    }
    extensions_ = plugin::copyTables(offered);
    return *extensions_;
}

} // namespace psa::check
