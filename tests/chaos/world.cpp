#include "tests/chaos/world.h"

#include "host/http/local_client.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "sandbox/autotask/autotask_sandbox.h"
#include "sandbox/connectwise/connectwise_sandbox.h"
#include "sandbox/halopsa/halopsa_sandbox.h"

#include <Poco/Base64Encoder.h>
#include <Poco/JSON/Array.h>
#include <Poco/URI.h>

#include <catch2/catch.hpp>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

namespace psa::test::chaos {
namespace {

using Poco::JSON::Object;
using namespace std::chrono_literals;

template <class Truths, class Reference>
std::map<std::string, std::size_t> countsOf(const Truths &tickets, Reference reference)
{
    std::map<std::string, std::size_t> counts;
    for (const auto &ticket : tickets)
        ++counts[ticket.*reference];
    return counts;
}

template <class Truths>
std::map<std::string, std::string> statusesIn(const Truths &tickets)
{
    std::map<std::string, std::string> all;
    for (const auto &ticket : tickets)
        all[std::to_string(ticket.id)] = ticket.status;
    return all;
}

std::string contentOf(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// `secret` in plain text, URL-encoded, and in base64 at each of the three alignments: without the characters at both
/// ends that also depend on its neighbours.
std::vector<std::string> formsOf(const std::string &secret)
{
    std::vector<std::string> forms{secret};
    std::string encoded;
    Poco::URI::encode(secret, "!#$&'()*+,/:;=?@[]", encoded);
    forms.push_back(encoded);
    for (std::size_t before = 0; before < 3; ++before)
    {
        std::ostringstream text;
        Poco::Base64Encoder base64(text);
        base64.rdbuf()->setLineLength(0);
        base64 << std::string(before, 'x') << secret;
        base64.close();
        const std::string whole = text.str();
        const std::size_t from = before == 0 ? 0 : 4;
        forms.push_back(whole.substr(from, whole.size() - from - 4));
    }
    return forms;
}

} // namespace

Psa autotask()
{
    const auto sandbox = std::make_shared<sandbox::autotask::AutotaskSandbox>();
    return {
        "autotask",
        AUTOTASK_PLUGIN,
        {"webservices.autotask.net", "webservices5.autotask.net"},
        {{"userName", sandbox->user()}, {"integrationCode", sandbox->integrationCode()}, {"secret", sandbox->secret()}},
        {"integrationCode", "secret"},
        R"({"company":"174","queue":"Service Desk","category":"Standard","status":"New","priority":"Medium"})",
        R"("method":"POST","route":"V1.0/Tickets$")",
        "POST V1.0/Tickets",
        "GET V1.0/{entity}/{id}",
        R"("method":"POST","route":"V1.0/Tickets/[0-9]+/Notes$")",
        R"("method":"PATCH","route":"V1.0/Tickets$")",
        {"In Progress", "Waiting Customer"},
        "Complete",
        6,
        true,
        sandbox,
        [sandbox] { return countsOf(sandbox->truth().tickets, &sandbox::autotask::TicketTruth::externalID); },
        [sandbox] { return sandbox->truth().notes; },
        [sandbox] { return statusesIn(sandbox->truth().tickets); },
        [sandbox] { return sandbox->truth().changes; }};
}

Psa connectwise()
{
    const auto sandbox = std::make_shared<sandbox::connectwise::ConnectWiseSandbox>();
    return {"connectwise",
            CONNECTWISE_PLUGIN,
            {"na.myconnectwise.net", "api-na.myconnectwise.net"},
            {{"siteUrl", "https://na.myconnectwise.net"},
             {"companyId", sandbox->company()},
             {"publicKey", sandbox->publicKey()},
             {"privateKey", sandbox->privateKey()},
             {"clientId", sandbox->clientId()}},
            {"privateKey", "clientId"},
            R"({"company":"19","queue":"Alerts","status":"New Alert"})",
            R"("method":"POST","route":"service/tickets$")",
            "POST service/tickets",
            "GET service/tickets/{id}",
            R"("method":"POST","route":"service/tickets/[0-9]+/notes$")",
            R"("method":"PATCH","route":"service/tickets/[0-9]+$")",
            {"Acknowledged", "New Alert"},
            "Closed",
            4,
            false, // it waits at least a minute
            sandbox,
            [sandbox] { return countsOf(sandbox->truth().tickets, &sandbox::connectwise::TicketTruth::externalXRef); },
            [sandbox] { return sandbox->truth().notes; },
            [sandbox] { return statusesIn(sandbox->truth().tickets); },
            [sandbox] { return sandbox->truth().changes; }};
}

Psa halopsa()
{
    const auto sandbox = std::make_shared<sandbox::halopsa::HaloPsaSandbox>();
    return {"halopsa",
            HALOPSA_PLUGIN,
            {sandbox->site()},
            {{"tenantUrl", "https://" + sandbox->site()},
             {"clientId", sandbox->clientId()},
             {"clientSecret", sandbox->clientSecret()}},
            {"clientSecret"},
            R"({"company":"12","fields":{"ticketType":"1"}})",
            R"("method":"POST","entity":"Tickets")",
            "POST api/Tickets (create)",
            "GET api/Tickets/{id}",
            R"("method":"POST","entity":"Actions")",
            R"("method":"POST","entity":"TicketChanges")",
            {"In Progress", "New"},
            "Closed",
            8,
            false, // it waits at least a minute
            sandbox,
            [sandbox] { return countsOf(sandbox->truth().tickets, &sandbox::halopsa::TicketTruth::reference); },
            [sandbox] { return sandbox->truth().notes; },
            [sandbox] { return statusesIn(sandbox->truth().tickets); },
            [sandbox] { return sandbox->truth().changes; },
            [sandbox] { return sandbox->tokens(); },
            2.1}; // deleted tickets are in a list of their own
}

std::vector<Psa> everyPsa()
{
    return {autotask(), connectwise(), halopsa()};
}

std::string connectionOf(std::size_t number)
{
    return number == 0 ? "acme" : "acme" + std::to_string(number);
}

Psa troubled()
{
    Psa psa = autotask();
    psa.pluginFile = TROUBLED_PLUGIN;
    return psa;
}

std::string Psa::statusOf(const std::string &psaId) const
{
    return statusById()[psaId];
}

std::string Psa::ticketRequest(const std::string &title, const std::string &connection) const
{
    Object::Ptr request = json::parseStrict(ticket).extract<Object::Ptr>();
    request->set("title", title);
    request->set("connection", connection);
    return json::toText(*request);
}

World::World(std::vector<Psa> psas, const std::string &database, bool connects)
    : psas_(std::move(psas)), folder_(TestFolder::inMemory()), program_(CHAOS_HOST)
{
    const std::filesystem::path plugins = folder_.path() / "plugins";
    std::filesystem::create_directory(plugins);
    for (std::size_t i = 0; i < psas_.size(); ++i)
    {
        const std::filesystem::path file = plugins / ("plugin" + (i == 0 ? "" : std::to_string(i)) + ".so");
        std::filesystem::copy_file(psas_[i].pluginFile, file);
        chmod(file.c_str(), 0755);
    }
    writeConfiguration(database);
    write("key", "psa-key-1:test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    if (!connects)
        return;
    REQUIRE(begin());
    connect("acme", psa().plugin);
    kill();
}

void World::writeConfiguration(const std::string &database) const
{
    const std::string folder = folder_.path();
    std::string hosts;
    std::string authorities;
    for (const Psa &psa : psas_)
    {
        for (const std::string &host : psa.hosts)
            hosts += "\"" + host + ":443\" = \"127.0.0.1:" + std::to_string(psa.simulator->port()) + "\"\n";
        authorities += contentOf(psa.simulator->caFile());
    }
    write("authorities.pem", authorities);
    write("psa-host.toml", "[plugins]\nfolders = [\"" + folder + "/plugins\"]\n[store]\nfolder = \"" + folder +
                               "/state\"\n" + (database.empty() ? "" : "postgres = \"" + database + "\"\n") +
                               "[secrets]\nmaster_key_file = \"" + folder + "/key\"\n[log]\nlevel = \"warning\"\n" +
                               "[egress]\nca_file = \"" + folder + "/authorities.pem\"\n[egress.connect_to]\n" + hosts);
}

void World::connect(const std::string &connection, const std::string &plugin) const
{
    const auto its = std::find_if(psas_.begin(), psas_.end(), [&](const Psa &each) { return each.plugin == plugin; });
    Object::Ptr configuration = new Object;
    for (const auto &[field, value] : (its == psas_.end() ? psa() : *its).configuration)
        configuration->set(field, value);
    Object body;
    body.set("plugin", plugin);
    body.set("configuration", configuration);
    const http::ApiResponse added = ask("PUT", "/v1/connections/" + connection, json::toText(body));
    INFO(added.body);
    REQUIRE(added.status == 201);
}

std::string World::addSource() const
{
    const auto source = ask("POST", "/v1/sources", R"({"name":"prod","preset":"json","quotaPerMinute":100000})");
    CAPTURE(source.body);
    REQUIRE(source.status == 201);
    for (std::size_t i = 0; i < psas_.size(); ++i)
    {
        Object::Ptr fields = json::parseStrict(psas_[i].ticket).extract<Object::Ptr>();
        fields->set("title", "{{title}}");
        const std::string condition = psas_.size() == 1 ? "" : R"("all":["title=~\")" + psas_[i].plugin + R"(.*\""])";
        const auto rule = ask("POST", "/v1/rules",
                              R"({"name":"All )" + psas_[i].plugin + R"(","mode":"on","conditions":{)" + condition +
                                  R"(},"do":"ticket","ticket":{"connection":")" + connectionOf(i) + R"(","fields":)" +
                                  json::toText(*fields) +
                                  R"(},"onRepeat":{"do":"count"},"onRecovery":"resolve","storm":{"tickets":0}})");
        CAPTURE(rule.body);
        REQUIRE(rule.status == 201);
    }
    return documentOf(source)->getValue<std::string>("token");
}

World::~World()
{
    kill();
}

void World::write(const std::string &name, const std::string &text) const
{
    const std::filesystem::path file = folder_.path() / name;
    std::ofstream(file) << text;
    chmod(file.c_str(), 0600);
}

bool World::begin(const std::string &point, int number)
{
    launch(point, number);
    while (!responds())
    {
        if (hasEnded())
            return false;
        std::this_thread::sleep_for(2ms); // until it listens
    }
    return true;
}

void World::launch(const std::string &point, int number)
{
    const std::string config = folder_.path() / "psa-host.toml";
    const std::string log = folder_.path() / "log";
    const std::string count = std::to_string(number);
    // A signal that arrives between fork() and execl() ends the child: it does not run a handler of the tests in it.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_ = fork();
    if (pid_ == 0)
    {
        signal(SIGTERM, SIG_DFL);
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that is killed leaves no host behind
        if (std::freopen(log.c_str(), "a", stderr) == nullptr)
            _exit(126);
        execl(program_.c_str(), program_.c_str(), config.c_str(), point.empty() ? nullptr : point.c_str(),
              count.c_str(), nullptr);
        _exit(127);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    REQUIRE(pid_ > 0);
}

bool World::responds() const
try
{
    return ask("GET", "/v1/keys").status == 200;
}
catch (const http::HostUnreachable &)
{
    return false;
}

bool World::hasEnded()
{
    if (pid_ == 0)
        return true;
    if (waitpid(pid_, nullptr, WNOHANG) != pid_)
        return false;
    pid_ = 0;
    return true;
}

void World::kill()
{
    if (pid_ == 0)
        return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

void World::end()
{
    if (pid_ == 0)
        return;
    ::kill(pid_, SIGTERM);
    awaitEnd(20000);
}

void World::awaitEnd(int ms)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (!hasEnded() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(2ms);
    kill();
}

http::ApiResponse World::ask(const http::ApiRequest &request) const
{
    return http::askLocal(folder_.path() / "state/psa-host.sock", request);
}

std::size_t World::moving() const
{
    const auto status = documentOf(ask("GET", "/v1/status"));
    const auto connections = status->getArray("connections");
    const auto sources = status->getArray("sources");
    std::size_t moving = 0;
    for (unsigned i = 0; i < connections->size(); ++i)
        for (const char *kind : {"tickets", "operations"})
            for (const char *state : {"ready", "sending", "retry_at", "unknown"})
                moving += connections->getObject(i)->getObject(kind)->getValue<std::size_t>(state);
    for (unsigned i = 0; i < sources->size(); ++i)
        moving += sources->getObject(i)->getValue<std::size_t>("kept");
    return moving;
}

bool World::awaitIdle(std::chrono::milliseconds patience) const
{
    std::size_t left = moving();
    auto since = std::chrono::steady_clock::now();
    int idle = 0; // what is in none of the counts now may be on its way from one to another
    while ((idle += left == 0 ? 1 : 0) < 2 && std::chrono::steady_clock::now() - since < patience)
    {
        std::this_thread::sleep_for(20ms);
        const std::size_t now = moving();
        if (now < left)
            since = std::chrono::steady_clock::now();
        left = now < left || left == 0 ? now : left;
    }
    return left == 0;
}

std::vector<pid_t> World::plugins() const
{
    std::vector<pid_t> all;
    const std::filesystem::path tasks = "/proc/" + std::to_string(pid_) + "/task";
    std::error_code gone; // a thread may end meanwhile
    for (auto task = std::filesystem::directory_iterator(tasks, gone);
         !gone && task != std::filesystem::directory_iterator(); task.increment(gone))
    {
        std::ifstream children(task->path() / "children");
        for (pid_t each = 0; children >> each;)
            all.push_back(each);
    }
    return all;
}

std::vector<Object::Ptr> World::tickets() const
{
    std::vector<Object::Ptr> all;
    std::string cursor;
    do
    {
        http::ApiRequest request{"GET", "/v1/tickets", {{"limit", "1000"}}, {}, "", {}, {}};
        if (!cursor.empty())
            request.query.emplace("cursor", cursor);
        const auto page = json::parseStrict(ask(request).body).extract<Object::Ptr>();
        const auto tickets = page->getArray("tickets");
        for (std::size_t i = 0; i < tickets->size(); ++i)
            all.push_back(tickets->getObject(static_cast<unsigned>(i)));
        cursor = page->optValue<std::string>("next", "");
    } while (!cursor.empty());
    return all;
}

std::string World::logged() const
{
    return contentOf(folder_.path() / "log");
}

std::string World::leak() const
{
    std::map<std::string, std::string> places;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(folder_.path()))
        if (entry.is_regular_file() && entry.path().extension() != ".so")
            places[entry.path()] = contentOf(entry.path());
    for (const char *path : {"/v1/connections", "/v1/tickets", "/v1/audit", "/v1/plugins"})
        places[path] = ask("GET", path).body;
    std::vector<std::pair<std::string, std::string>> secrets;
    for (const Psa &psa : psas_)
    {
        for (const std::string &field : psa.secrets)
            secrets.emplace_back(field, psa.configuration.at(field));
        if (psa.issuedSecrets)
            for (const std::string &each : psa.issuedSecrets())
                secrets.emplace_back("a secret that the PSA issued", each);
    }
    for (const auto &[name, secret] : secrets)
        for (const std::string &form : formsOf(secret))
            for (const auto &[place, text] : places)
                if (text.find(form) != std::string::npos)
                    return name + " stands in " + place;
    return {};
}

Worlds everyWorld()
{
    Worlds worlds;
    for (Psa &psa : everyPsa())
    {
        worlds.push_back(std::make_unique<World>(std::move(psa)));
        REQUIRE(worlds.back()->begin());
    }
    return worlds;
}

std::int64_t submit(const World &world, const std::string &title, const std::string &connection)
{
    const http::ApiResponse answer = world.ask("POST", "/v1/tickets", world.ticketRequest(title, connection));
    INFO(answer.body);
    REQUIRE(answer.status == 202);
    return json::parseStrict(answer.body).extract<Object::Ptr>()->getValue<std::int64_t>("id");
}

Object::Ptr ticketOf(const World &world, std::int64_t id)
{
    return documentOf(world.ask("GET", "/v1/tickets/" + std::to_string(id)));
}

Object::Ptr documentOf(const http::ApiResponse &answer)
{
    return json::parseStrict(answer.body).extract<Object::Ptr>();
}

void checkAllThereOnce(const World &world)
{
    const auto truth = world.psa().truth();
    for (const Object::Ptr &ticket : world.tickets())
    {
        const auto reference = ticket->getValue<std::string>("reference");
        CAPTURE(reference, ticket->optValue<std::string>("title", ""), ticket->optValue<std::string>("reason", ""));
        CHECK(ticket->getValue<std::string>("state") == "done");
        CHECK((truth.contains(reference) ? truth.at(reference) : 0) == 1);
    }
    for (const auto &[reference, count] : truth)
        CHECK((count == 1 || reference.empty()));
}

ProcessEnd::ProcessEnd(pid_t process) : process_(static_cast<int>(syscall(SYS_pidfd_open, process, 0)))
{
    REQUIRE(process_.isOpen());
}

bool ProcessEnd::await() const
{
    pollfd ready{process_.get(), POLLIN, 0};
    return poll(&ready, 1, 20000) == 1;
}

std::vector<ProcessEnd> endsOfPlugins(const World &world)
{
    std::vector<ProcessEnd> ends;
    for (const pid_t process : world.plugins())
        ends.emplace_back(process);
    return ends;
}

} // namespace psa::test::chaos
