#include "host/cli/session.h"

#include "host/cli/exit_code.h"
#include "host/cli/plugin_set.h"
#include "host/clock/clock.h"
#include "host/connection/call_recorder.h"
#include "host/net/recording.h"
#include "host/net/secret_registry.h"
#include "host/observe/log.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/ticket_builder.h"
#include "host/run/load_plugins.h"

#include <algorithm>
#include <ostream>

namespace psa::cli {
namespace {

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
    print(path, "ticket_defaults", defaults, log);
    return result.ok() && clear.empty() && defaults.empty() ? result.values : nullptr;
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
