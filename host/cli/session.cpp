#include "host/cli/session.h"

#include "host/cli/exit_code.h"
#include "host/cli/plugin_set.h"
#include "host/connection/connection_file.h"
#include "host/intake/ticket_builder.h"
#include "host/net/recording.h"
#include "host/net/secret_keeper.h"
#include "host/observe/log.h"
#include "host/plugin/loaded_plugin.h"

#include <algorithm>
#include <ostream>

namespace psa::host {
namespace {

void print(const std::string &file, const std::string &section, const std::vector<FieldError> &errors,
           std::ostream &log)
{
    for (const FieldError &error : errors)
        log << file << ": [" << section << "] " << error.message << '\n';
}

/// Secrets that stand in the file in the clear are errors: whoever reads it or copies it has them.
std::vector<FieldError> secretsInTheClear(const ConnectionFile &file, const Form &form)
{
    std::vector<FieldError> errors;
    for (const FormField &field : form.fields())
        if (field.secret && file.configuration->has(field.name) && !file.referred.contains(field.name))
            errors.push_back({field.name, field.title,
                              field.label() +
                                  " is a secret and must not stand in the file: put it into a file of its "
                                  "own and write " +
                                  field.name +
                                  " = { file = \"/path\" }; { env = \"NAME\" } and { stdin = true } do too"});
    return errors;
}

/// The checked configuration of `file`, or nullptr after saying what is wrong.
Poco::JSON::Object::Ptr checkConfiguration(const std::string &path, const ConnectionFile &file,
                                           const LoadedPlugin &plugin, std::ostream &log)
{
    FormResult result = plugin.forms.configuration.check(*file.configuration);
    const std::vector<FieldError> clear = secretsInTheClear(file, plugin.forms.configuration);
    const std::vector<FieldError> defaults = checkTicketDefaults(plugin, *file.ticketDefaults);
    print(path, "configuration", result.errors, log);
    print(path, "configuration", clear, log);
    print(path, "ticket_defaults", defaults, log);
    return result.ok() && clear.empty() && defaults.empty() ? result.values : nullptr;
}

/// Whoever waits for the answer of one command wants to hear of trouble alone, unless asked for more.
std::shared_ptr<Log> commandLog(LogConfig config, bool verbose, std::ostream &out)
{
    config.level = verbose ? PSA_LOG_DEBUG : std::max(config.level, PSA_LOG_WARNING);
    return makeLog(config, out);
}

/// The recording `file` in place of the network; empty = the network.
TransportMaker replaying(const std::string &file)
{
    if (file.empty())
        return nullptr;
    return [file](const std::shared_ptr<const SecretKeeper> &secrets) {
        return std::make_shared<ReplayTransport>(file, secrets);
    };
}

void show(std::ostream &log, const Exchange &exchange)
{
    log << "http: " << exchange.request.method << ' ' << exchange.request.url << " -> "
        << toText(exchange.response.delivery);
    if (exchange.response.status != 0)
        log << ' ' << exchange.response.status;
    if (exchange.response.reason != Reason::none)
        log << " (" << toText(exchange.response.reason) << ": " << exchange.response.detail << ')';
    log << ", " << exchange.took.count() / 1000 << " ms\n";
}

} // namespace

/// Keeps what went wrong with writing: an observer must not throw.
struct Session::Recording
{
    std::unique_ptr<Recorder> recorder;
    std::string trouble;

    void add(const Exchange &exchange)
    try
    {
        if (recorder && trouble.empty())
            recorder->add(exchange);
    }
    catch (const std::exception &error)
    {
        trouble = error.what();
    }
};

std::unique_ptr<Session> Session::open(const HostConfig &config, const SessionOptions &options, const Streams &streams,
                                       int &exitCode)
{
    const ConnectionFile file = readConnectionFile(options.connection, streams.in);
    const auto plugin = pickPlugin(loadPlugins(config, streams.log), file.plugin, streams.log);
    exitCode = exitNotFound;
    if (!plugin)
        return nullptr;
    exitCode = exitConfig;
    const auto configuration = checkConfiguration(options.connection, file, *plugin, streams.log);
    if (configuration.isNull())
        return nullptr;

    auto session = std::make_unique<Session>();
    session->ticketDefaults_ = file.ticketDefaults;
    session->recording_ = std::make_shared<Recording>();
    if (!options.record.empty())
        session->recording_->recorder = std::make_unique<Recorder>(options.record);
    session->options_.time = std::chrono::seconds(options.seconds);
    session->options_.observer = [recording = session->recording_, &log = streams.log,
                                  verbose = options.verbose](const Exchange &exchange) {
        recording->add(exchange);
        if (verbose)
            show(log, exchange);
    };
    ConnectionRuntime runtime = makeConnectionRuntime(config.egress);
    runtime.log = commandLog(config.log, options.verbose, streams.log);
    session->connection_ = std::make_unique<Connection>(runtime, ConnectionSettings{file.name, plugin, configuration},
                                                        nullptr, replaying(options.replay));
    exitCode = exitOk;
    return session;
}

CallOptions Session::call(bool dryRun, ExchangeObserver observer) const
{
    CallOptions options = options_;
    options.dryRun = dryRun;
    if (observer)
        options.observer = [first = options_.observer, second = std::move(observer)](const Exchange &exchange) {
            first(exchange);
            second(exchange);
        };
    return options;
}

std::string Session::recordingTrouble() const
{
    return recording_->trouble;
}

} // namespace psa::host
