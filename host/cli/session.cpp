#include "host/cli/session.h"

#include "host/cli/exit_code.h"
#include "host/cli/plugins_command.h"
#include "host/clock/clock.h"
#include "host/config/toml_reader.h"
#include "host/connection/call_recorder.h"
#include "host/connection/update_settings.h"
#include "host/net/recording.h"
#include "host/net/secret_registry.h"
#include "host/observe/log.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/ticket_builder.h"
#include "host/run/load_plugins.h"
#include "host/secrets/secret_source.h"

#include <algorithm>
#include <istream>
#include <ostream>

namespace psa::cli {
namespace {

using Poco::JSON::Object;

class ValueReader
{
public:
    ValueReader(config::TomlReader &reader, std::istream &in) : reader_(reader), in_(in) {}

    /// The table `key` converted to JSON; names of values that were references are added to `referred`.
    Object::Ptr values(std::string_view key, std::set<std::string> *referred)
    {
        Object::Ptr object = new Object;
        const toml::table *table = reader_.table(reader_.root(), key);
        if (table == nullptr)
            return object;
        for (const auto &[name, node] : *table)
        {
            const std::string field(name.str());
            if (isReference(node))
            {
                if (referred == nullptr)
                    reader_.mistake(node, "\"" + field + "\": only values of [configuration] may be references");
                else if (referred->insert(field).second)
                    object->set(field, refer(field, *node.as_table()));
            }
            else
                object->set(field, config::toJson(reader_, field, node));
        }
        return object;
    }

private:
    static bool isReference(const toml::node &node)
    {
        const toml::table *table = node.as_table();
        return table != nullptr && (table->contains("file") || table->contains("env") || table->contains("stdin"));
    }

    std::string refer(const std::string &field, const toml::table &reference)
    try
    {
        if (reference.size() != 1)
            reader_.mistake(reference, "\"" + field + "\" must have exactly one of file, env and stdin");
        else if (const auto file = reference["file"].value<std::string>())
            return secrets::secretFromFile(*file);
        else if (const auto name = reference["env"].value<std::string>())
            return secrets::secretFromEnvironment(*name);
        else if (reference["stdin"].value<bool>() == true)
            return secrets::secretFromStream(in_);
        else
            reader_.mistake(reference,
                            "\"" + field +
                                "\" must be like { file = \"/path\" }, { env = \"NAME\" } or { stdin = true }");
        return {};
    }
    catch (const secrets::SecretUnavailable &error)
    {
        reader_.mistake(reference, "\"" + field + "\": " + error.what());
        return {};
    }

    config::TomlReader &reader_;
    std::istream &in_;
};

void print(const std::string &file, const std::string &section, const std::vector<plugin::FieldError> &errors,
           std::ostream &log)
{
    for (const plugin::FieldError &error : errors)
        log << file << ": [" << section << "] " << error.message << '\n';
}

/// Plain-text secrets in the file are errors: everyone who can read or copy it would have them.
std::vector<plugin::FieldError> secretsInTheClear(const ConnectionFile &file, const plugin::Form &form)
{
    std::vector<plugin::FieldError> errors;
    for (const plugin::FormField &field : form.fields())
        if (field.secret && file.configuration->has(field.name) && !file.referred.contains(field.name))
            errors.push_back(
                {field.name, field.title,
                 field.label() + " is a secret and must not be in this file: put it into a file of its own and write " +
                     field.name + " = { file = \"/path\" }; { env = \"NAME\" } and { stdin = true } work too"});
    return errors;
}

/// The checked configuration of `file`, or nullptr after reporting the errors.
Poco::JSON::Object::Ptr checkConfiguration(const std::string &path, const ConnectionFile &file,
                                           const plugin::LoadedPlugin &plugin, std::ostream &log)
{
    plugin::FormResult result = plugin.forms.configuration.check(*file.configuration);
    const std::vector<plugin::FieldError> clear = secretsInTheClear(file, plugin.forms.configuration);
    const std::vector<plugin::FieldError> defaults = plugin::checkTicketDefaults(plugin, *file.ticketDefaults);
    print(path, "configuration", result.errors, log);
    print(path, "configuration", clear, log);
    const std::vector<plugin::FieldError> updates = connection::checkUpdateSettings(*file.updates);
    print(path, "ticket_defaults", defaults, log);
    print(path, "updates", updates, log);
    return result.ok() && clear.empty() && defaults.empty() && updates.empty() ? result.values : nullptr;
}

/// The recording `file` instead of the network; empty = the network.
connection::TransportMaker replaying(const std::string &file)
{
    if (file.empty())
        return nullptr;
    return [file](const std::shared_ptr<const net::SecretRegistry> &secrets) {
        return std::make_shared<net::ReplayTransport>(file, secrets);
    };
}

/// The names of the host's settings in files have underscores.
Object::Ptr updatesFrom(const Object &table)
{
    Object::Ptr updates = new Object;
    for (const auto &[name, value] : table)
    {
        const bool known = name == "resolved_status" || name == "reopened_status";
        updates->set(known ? name.substr(0, name.find('_')) + "Status" : name, value);
    }
    return updates;
}

void show(std::ostream &log, const net::Exchange &exchange)
{
    log << "http: " << exchange.request.method << ' ' << exchange.request.url << " -> "
        << net::toText(exchange.response.delivery);
    if (exchange.response.status != 0)
        log << ' ' << exchange.response.status;
    if (exchange.response.reason != net::Reason::none)
        log << " (" << net::toText(exchange.response.reason) << ": " << exchange.response.detail << ')';
    log << ", " << exchange.took.count() / 1000 << " ms\n";
}

} // namespace

bool isConnectionFile(const std::string &text)
{
    return text.find('/') != std::string::npos || text.ends_with(".toml");
}

ConnectionFile readConnectionFile(const std::filesystem::path &file, std::istream &in)
{
    config::TomlReader reader(file);
    ConnectionFile connection;
    reader.refuseUnknown(reader.root(), "the file", {"name", "plugin", "configuration", "ticket_defaults", "updates"});
    connection.name = reader.text(reader.root(), "name").value_or(file.stem().string());
    connection.plugin = reader.text(reader.root(), "plugin").value_or("");
    if (connection.plugin.empty())
        reader.mistake("\"plugin\" is missing; set it to an id shown by psa-host plugins list");
    ValueReader values(reader, in);
    connection.configuration = values.values("configuration", &connection.referred);
    connection.ticketDefaults = values.values("ticket_defaults", nullptr);
    connection.updates = updatesFrom(*values.values("updates", nullptr));
    reader.finish();
    return connection;
}

Session::Session(config::HostConfig config, SessionOptions options, const Streams &streams)
    : config_(std::move(config)), options_(std::move(options)), log_(streams.log),
      file_(readConnectionFile(options_.connection, streams.in))
{
    // A command logs only trouble, unless asked for more.
    config_.log.level = options_.verbose ? PSA_LOG_DEBUG : std::max(config_.log.level, PSA_LOG_WARNING);
    int exitCode = exitFailed;
    if (options_.plugin.empty())
    {
        plugins_ = run::loadPlugins(config_, log_, file_.plugin);
        plugin_ = pickPlugin(plugins_, file_.plugin, log_, exitCode);
    }
    else
        plugin_ = loadBuild(config_, options_.plugin, log_, exitCode);
    if (!plugin_)
        throw Refused{exitCode};
    if (options_.verbose)
        log_ << "plugin: " << plugin_->build() << " from " << plugin_->path << '\n';
    configuration_ = checkConfiguration(options_.connection, file_, *plugin_, log_);
    if (configuration_.isNull())
        throw Refused{exitConfig};
    if (!options_.record.empty())
        recorder_ = std::make_shared<connection::CallRecorder>(options_.record, std::make_shared<clock::SystemClock>());
}

Session::~Session()
{
    if (const std::string trouble = recorder_ ? recorder_->trouble() : ""; !trouble.empty())
        log_ << "The recording is incomplete: " << trouble << '\n';
}

void Session::prepare(connection::ConnectionRuntime &runtime) const
{
    runtime.transport = replaying(options_.replay);
    runtime.prepareCall = [time = std::chrono::seconds(options_.seconds), recorder = recorder_,
                           log = options_.verbose ? &log_ : nullptr](connection::CallOptions &call) {
        call.time = time;
        if (recorder)
            call.recorder = recorder;
        if (log != nullptr)
            call.observer = [log, first = call.observer](const net::Exchange &exchange) {
                if (first)
                    first(exchange);
                show(*log, exchange);
            };
    };
}

std::unique_ptr<connection::Connection> Session::connect(const connection::TransportMaker &transport) const
{
    connection::ConnectionRuntime runtime =
        connection::makeConnectionRuntime(config_.egress, std::make_shared<clock::SystemClock>());
    runtime.log = observe::makeLog(config_.log, log_);
    prepare(runtime);
    return std::make_unique<connection::Connection>(
        runtime, connection::ConnectionSettings{file_.name, plugin_, configuration_}, nullptr, transport);
}

} // namespace psa::cli
