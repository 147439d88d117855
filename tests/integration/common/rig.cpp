#include "tests/integration/common/rig.h"

#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"

#include <catch2/catch.hpp>

namespace psa::test {
namespace {

using namespace psa::clock;
using namespace psa::connection;
using namespace psa::json;
using namespace psa::net;
using namespace psa::plugin;
using sandbox::Object;

/// The machine's time for deadlines, but always the same day, so that dates of tickets are known in advance.
class CalendarClock : public Clock
{
public:
    Steady now() const override { return std::chrono::steady_clock::now(); }
    Wall wallNow() const override { return Wall(std::chrono::seconds(1795534200)); } // 2026-11-24T15:30:00Z
};

EgressConfig egressTo(const sandbox::Simulator &simulator, const std::vector<std::string> &hosts)
{
    EgressConfig egress;
    egress.caFile = simulator.caFile();
    for (const std::string &name : hosts)
        egress.connectTo.emplace(name + ":443", Poco::Net::SocketAddress("127.0.0.1", simulator.port()));
    return egress;
}

std::shared_ptr<const LoadedPlugin> load(const std::string &file)
{
    const auto log = [](psa_log_level, const std::string &) {};
    LoaderPolicy policy;
    policy.trustedPaths = {std::filesystem::path(file).parent_path()};
    const LoadReport report = PluginLoader(log, policy).load(file);
    INFO(report.found << "; " << report.advice);
    REQUIRE(report.state == LoadState::ready);
    return report.plugin;
}

} // namespace

std::shared_ptr<const LoadedPlugin> loadedPlugin(const std::string &file)
{
    static std::map<std::string, std::shared_ptr<const LoadedPlugin>> plugins;
    auto &plugin = plugins[file];
    if (!plugin)
        plugin = load(file);
    return plugin;
}

Rig::Rig(std::shared_ptr<sandbox::Simulator> simulator, RigParts parts)
    : simulator_(std::move(simulator)), parts_(std::move(parts))
{
    static const auto calendar = std::make_shared<CalendarClock>(); // Outlives every connection.
    runtime_ = makeConnectionRuntime(egressTo(*simulator_, parts_.hosts), std::make_shared<SystemClock>());
    runtime_.clock = calendar;
    connection_ = connect();
}

Rig::~Rig()
{
    connection_.reset();
    for (const std::string &secret : secrets())
        for (const std::string &text : told_)
            CHECK(text.find(secret) == std::string::npos);
}

void Rig::endSimulator()
{
    knownSecrets_ = secrets();
    simulator_.reset();
}

std::vector<std::string> Rig::secrets() const
{
    if (!simulator_)
        return knownSecrets_;
    std::vector<std::string> all = parts_.secrets;
    if (parts_.issuedSecrets)
        for (const std::string &each : parts_.issuedSecrets())
            all.push_back(each);
    return all;
}

std::unique_ptr<Connection> Rig::connect(const TransportMaker &makeTransport)
{
    const auto plugin = loadedPlugin(parts_.pluginFile);
    Object values;
    for (const auto &[name, value] : parts_.configuration)
        if (value == "true" || value == "false")
            values.set(name, value == "true");
        else
            values.set(name, value);
    const FormResult checked = plugin->forms.configuration.check(values);
    for (const FieldError &error : checked.errors)
        FAIL(error.message);
    const auto log = [this](psa_log_level, const std::string &line) {
        const std::lock_guard lock(mutex_);
        log_.push_back(line);
        told_.push_back(line);
    };
    return std::make_unique<Connection>(runtime_, ConnectionSettings{"acme", plugin, checked.values}, log,
                                        makeTransport);
}

CallOptions Rig::watched(CallOptions options)
{
    options.observer = [this, also = options.observer](const Exchange &exchange) {
        if (also)
            also(exchange);
        const std::lock_guard lock(mutex_);
        exchanges_.push_back(exchange);
        std::string text = exchange.request.url + exchange.request.body + exchange.response.body;
        for (const auto *headers : {&exchange.request.headers, &exchange.response.headers})
            for (const HttpHeader &header : *headers)
                text += "\n" + header.name + ": " + header.value;
        told_.push_back(text + "\n" + exchange.response.detail);
    };
    return options;
}

CallOutcome Rig::kept(CallOutcome outcome)
{
    const std::lock_guard lock(mutex_);
    told_.push_back(outcome.result + describe(outcome));
    return outcome;
}

CallOutcome Rig::test(CallOptions options)
{
    options.despiteRefusal = true;
    return kept(connection_->test(watched(std::move(options))));
}

CallOutcome Rig::create(const std::string &reference, const std::string &ticket, CallOptions options)
{
    return kept(connection_->createTicket(reference, ticket, watched(std::move(options))));
}

CallOutcome Rig::find(const std::string &reference, CallOptions options)
{
    return kept(connection_->findTicket(reference, watched(std::move(options))));
}

CallOutcome Rig::list(const ChoicesQuery &query)
{
    return kept(connection_->listChoices(query, watched({})));
}

CallOutcome Rig::read(const std::string &id)
{
    return kept(connection_->readTicket(id, watched({})));
}

CallOutcome Rig::addNote(const std::string &ticketId, const std::string &reference, const std::string &note,
                         CallOptions options)
{
    return kept(connection_->addNote(ticketId, reference, note, watched(std::move(options))));
}

CallOutcome Rig::findNote(const std::string &ticketId, const std::string &reference)
{
    return kept(connection_->findNote(ticketId, reference, watched({})));
}

CallOutcome Rig::change(const std::string &ticketId, const std::string &change, CallOptions options)
{
    return kept(connection_->changeTicket(ticketId, change, watched(std::move(options))));
}

CallOutcome Rig::activity(const std::string &ticketId, const std::string &watermark)
{
    return kept(connection_->activity(ticketId, watermark, watched({})));
}

CallOutcome Rig::removeNote(const std::string &ticketId, const std::string &noteId)
{
    return kept(connection_->removeNote(ticketId, noteId, watched({})));
}

void Rig::faultMatching(const std::string &match, const std::string &fault, int count)
{
    simulator_->addFault(R"({"match":{)" + match + R"(,"count":)" + std::to_string(count) + R"(},"fault":)" + fault +
                         "}");
}

void Rig::faultAt(const std::string &method, const std::string &route, const std::string &fault, int count)
{
    Object match;
    if (!method.empty())
        match.set("method", method);
    match.set("route", route);
    const std::string members = sandbox::toText(Object::Ptr(new Object(match)));
    faultMatching(members.substr(1, members.size() - 2), fault, count);
}

std::vector<std::string> Rig::log() const
{
    const std::lock_guard lock(mutex_);
    return log_;
}

std::vector<Exchange> Rig::exchanges() const
{
    const std::lock_guard lock(mutex_);
    return exchanges_;
}

} // namespace psa::test
