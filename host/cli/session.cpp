#include "host/cli/session.h"

#include "host/cli/connection_file.h"
#include "host/cli/exit_code.h"
#include "host/cli/plugin_set.h"
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

/// A command logs only trouble, unless asked for more.
std::shared_ptr<observe::Log> commandLog(observe::LogConfig config, bool verbose, std::ostream &out)
{
    config.level = verbose ? PSA_LOG_DEBUG : std::max(config.level, PSA_LOG_WARNING);
    return observe::makeLog(config, out);
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

std::shared_ptr<const plugin::LoadedPlugin> loadFor(const config::HostConfig &config, const SessionOptions &options,
                                                    const ConnectionFile &file, std::ostream &log, int &exitCode)
{
    const auto plugin = options.plugin.empty()
                            ? pickPlugin(run::loadPlugins(config, log, file.plugin), file.plugin, log, exitCode)
                            : loadBuild(config, options.plugin, log, exitCode);
    if (plugin && options.verbose)
        log << "plugin: " << plugin->build() << " from " << plugin->path << '\n';
    return plugin;
}

} // namespace

std::unique_ptr<Session> Session::open(const config::HostConfig &config, const SessionOptions &options,
                                       const Streams &streams, int &exitCode,
                                       const connection::TransportMaker &transport)
{
    const ConnectionFile file = readConnectionFile(options.connection, streams.in);
    const auto plugin = loadFor(config, options, file, streams.log, exitCode);
    if (!plugin)
        return nullptr;
    exitCode = exitConfig;
    const auto configuration = checkConfiguration(options.connection, file, *plugin, streams.log);
    if (configuration.isNull())
        return nullptr;

    std::unique_ptr<Session> session(new Session(streams.log));
    session->ticketDefaults_ = file.ticketDefaults;
    const connection::ConnectionRuntime runtime = connection::makeConnectionRuntime(config.egress);
    if (!options.record.empty())
        session->options_.recorder = std::make_shared<connection::CallRecorder>(options.record, runtime.clock);
    session->options_.time = std::chrono::seconds(options.seconds);
    if (options.verbose)
        session->options_.observer = [&log = streams.log](const net::Exchange &exchange) { show(log, exchange); };
    connection::ConnectionRuntime logging = runtime;
    logging.log = commandLog(config.log, options.verbose, streams.log);
    session->connection_ = std::make_unique<connection::Connection>(
        logging, connection::ConnectionSettings{file.name, plugin, configuration}, nullptr,
        transport ? transport : replaying(options.replay));
    exitCode = exitOk;
    return session;
}

Session::~Session()
{
    if (const std::string trouble = options_.recorder ? options_.recorder->trouble() : ""; !trouble.empty())
        log_ << "The recording is incomplete: " << trouble << '\n';
}

connection::CallOptions Session::call(bool dryRun, net::ExchangeObserver observer) const
{
    connection::CallOptions options = options_;
    options.dryRun = dryRun;
    if (observer)
        options.observer = [first = options_.observer, second = std::move(observer)](const net::Exchange &exchange) {
            if (first)
                first(exchange);
            second(exchange);
        };
    return options;
}

} // namespace psa::cli
