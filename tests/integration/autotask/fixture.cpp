#include "fixture.h"

#include "host/plugin/host_services.h"
#include "host/plugin/host_table.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"

#include <catch2/catch.hpp>

namespace psa::test {
namespace {

using namespace psa::host;
using sandbox::Array;
using sandbox::Object;

Object::Ptr changed(Object::Ptr object, const std::string &changes)
{
    const Object::Ptr other = json(changes);
    for (const auto &[name, value] : *other)
    {
        if (value.isEmpty())
            object->remove(name);
        else
            object->set(name, value);
    }
    return object;
}

EgressConfig egressTo(const sandbox::AutotaskSandbox &sandbox)
{
    EgressConfig egress;
    egress.caFile = sandbox.caFile();
    for (const char *name : {"webservices", "webservices5", "webservices6"})
        egress.connectTo.emplace(std::string(name) + ".autotask.net:443",
                                 Poco::Net::SocketAddress("127.0.0.1", sandbox.port()));
    return egress;
}

Array::Ptr arrayOf(const CallOutcome &outcome, const std::string &name)
{
    const Array::Ptr array = outcome.ok() ? json(outcome.result)->getArray(name) : Array::Ptr();
    return array ? array : Array::Ptr(new Array);
}

} // namespace

std::shared_ptr<const LoadedPlugin> autotaskPlugin()
{
    static const auto plugin = [] {
        const auto log = [](psa_log_level, const std::string &) {};
        static auto *const table = new HostTable(log, hostServices()); // Plugins may keep it.
        LoaderPolicy policy;
        policy.trustedPaths = {std::filesystem::path(AUTOTASK_PLUGIN).parent_path()};
        const LoadReport report = PluginLoader(table->raw(), log, policy).load(AUTOTASK_PLUGIN);
        INFO(report.found << "; " << report.advice);
        REQUIRE(report.state == LoadState::ready);
        return report.plugin;
    }();
    return plugin;
}

Setup::Setup(const Values &configuration)
    : sandbox_(std::make_unique<sandbox::AutotaskSandbox>()), configuration_{
                                                                  {"integrationCode", sandbox_->integrationCode()},
                                                                  {"userName", sandbox_->user()},
                                                                  {"secret", sandbox_->secret()}}
{
    for (const auto &[name, value] : configuration)
        configuration_[name] = value;
    secrets_ = {sandbox_->secret(), sandbox_->integrationCode(), configuration_["secret"],
                configuration_["integrationCode"]};
    static const auto calendar = std::make_shared<CalendarClock>(); // Outlives every connection.
    runtime_ = makeConnectionRuntime(egressTo(*sandbox_));
    runtime_.clock = calendar;
    connection_ = connect();
}

Setup::~Setup()
{
    connection_.reset();
    for (const std::string &text : told_)
        for (const std::string &secret : secrets_)
            CHECK(text.find(secret) == std::string::npos);
}

std::unique_ptr<Connection> Setup::connect(const TransportMaker &makeTransport)
{
    Object values;
    for (const auto &[name, value] : configuration_)
        values.set(name, value);
    const FormResult checked = autotaskPlugin()->forms.configuration.check(values);
    for (const FieldError &error : checked.errors)
        FAIL(error.message);
    const auto log = [this](psa_log_level, const std::string &line) {
        const std::lock_guard lock(mutex_);
        log_.push_back(line);
        told_.push_back(line);
    };
    return std::make_unique<Connection>(runtime_, ConnectionSettings{"acme", autotaskPlugin(), checked.values}, log,
                                        makeTransport);
}

CallOptions Setup::watched(CallOptions options)
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

CallOutcome Setup::kept(CallOutcome outcome)
{
    const std::lock_guard lock(mutex_);
    told_.push_back(outcome.result + describe(outcome));
    return outcome;
}

CallOutcome Setup::test(CallOptions options)
{
    return kept(connection_->test(watched(std::move(options))));
}

CallOutcome Setup::create(const std::string &reference, const std::string &ticket, CallOptions options)
{
    return kept(connection_->createTicket(reference, ticket, watched(std::move(options))));
}

CallOutcome Setup::find(const std::string &reference, CallOptions options)
{
    return kept(connection_->findTicket(reference, watched(std::move(options))));
}

CallOutcome Setup::list(const ChoicesQuery &query)
{
    return kept(connection_->listChoices(query, watched({})));
}

CallOutcome Setup::read(const std::string &id)
{
    return kept(connection_->readTicket(id, watched({})));
}

void Setup::warmUp()
{
    const CallOutcome outcome = create("warm-up", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
}

void Setup::faultCreate(const std::string &fault, int count)
{
    sandbox_->addFault(R"({"match":{"method":"POST","route":"V1.0/Tickets$","count":)" + std::to_string(count) +
                       R"(},"fault":)" + fault + "}");
}

void Setup::faultAt(const std::string &route, const std::string &fault)
{
    sandbox_->addFault(R"({"match":{"route":")" + route + R"("},"fault":)" + fault + "}");
}

Object::Ptr Setup::stored(const std::string &id) const
{
    return Client(*sandbox_).get(base + "Tickets/" + id).item();
}

std::size_t Setup::createsOf(const std::string &reference) const
{
    const auto references = sandbox_->truth().references;
    const auto found = references.find(reference);
    return found == references.end() ? 0 : found->second.received;
}

std::vector<std::string> Setup::log() const
{
    const std::lock_guard lock(mutex_);
    return log_;
}

std::vector<Exchange> Setup::exchanges() const
{
    const std::lock_guard lock(mutex_);
    return exchanges_;
}

std::string ticket(const std::string &changes)
{
    return sandbox::toText(changed(json(R"({"version": 1, "title": "Disk full on SRV-01", "company": 174,
        "queue": "Service Desk", "category": "Standard", "status": "New", "priority": "Medium"})"),
                                   changes));
}

std::string ticketWithFields(const std::string &fields)
{
    return ticket(R"({"fields":)" + fields + "}");
}

Object::Ptr json(const std::string &text)
{
    return sandbox::parseObject(text);
}

std::string ticketId(const CallOutcome &outcome)
{
    return outcome.ok() ? json(outcome.result)->getObject("ticket")->getValue<std::string>("id") : std::string();
}

std::size_t foundTickets(const CallOutcome &outcome)
{
    REQUIRE(outcome.ok());
    return arrayOf(outcome, "tickets")->size();
}

std::vector<std::string> warnings(const CallOutcome &outcome)
{
    std::vector<std::string> messages;
    const Array::Ptr array = arrayOf(outcome, "warnings");
    for (unsigned i = 0; i < array->size(); ++i)
        messages.push_back(array->getObject(i)->getValue<std::string>("message"));
    return messages;
}

std::vector<std::string> items(const CallOutcome &outcome)
{
    std::vector<std::string> texts;
    const Array::Ptr array = arrayOf(outcome, "items");
    for (unsigned i = 0; i < array->size(); ++i)
        texts.push_back(array->getObject(i)->getValue<std::string>("id") + " " +
                        array->getObject(i)->getValue<std::string>("label"));
    return texts;
}

std::string describe(const CallOutcome &outcome)
{
    if (!outcome.error)
        return "ok: " + outcome.result;
    const PluginError &error = *outcome.error;
    return std::string(statusName(error.status)) + " [" + error.field + "] " + error.message + " | " + error.hint +
           " | " + error.detail + " | " + error.vendorCode;
}

} // namespace psa::test
