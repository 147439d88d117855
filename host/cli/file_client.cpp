#include "host/cli/file_client.h"

#include "host/http/local_client.h"
#include "host/plugin/build_choice.h"
#include "host/store/store_error.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace psa::cli {
namespace {

using Poco::JSON::Object;

/// Clears the stored configuration: the key that sealed its secrets is gone, and every command provides its own.
void forgetConfiguration(store::Store &store)
{
    store.write([](store::StoreWriter &writer) {
        for (store::StoredConnection &each : writer.connections())
        {
            each.configurationJson = "{}";
            each.sealed.clear();
            each.sealedDataKey.clear();
            each.keyId.clear();
            writer.updateConnection(each);
            writer.setBreakers(each.name, "");
            writer.setTest(each.name, "");
        }
    });
}

/// The configuration of a host that has nothing but the store in `folder`.
config::HostConfig configOf(const Session &session, const std::filesystem::path &folder)
{
    config::HostConfig config = session.config();
    config.store.folder = folder;
    config.secrets = {};
    config.notify = {};
    config.pluginFolders.clear(); // loaded already
    config.pluginFiles.clear();
    config.delivery.policy.once = true;
    return config;
}

void adjust(run::ApplicationParts &parts, const Session &session)
{
    forgetConfiguration(*parts.store);
    parts.keys.emplace(secrets::MasterKey::generate(parts.random));
    parts.plugins = session.plugins();
    parts.notify = [](const notify::Notice &) {};
    session.prepare(parts.runtime);
}

} // namespace

TemporaryFolder::TemporaryFolder()
{
    std::string name = std::filesystem::temp_directory_path() / "psa-host-XXXXXX";
    if (mkdtemp(name.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored; // what is left has no readable secret
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path stateFolderOf(const std::string &connectionFile)
{
    return connectionFile + ".state";
}

FileClient::FileClient(const Session &session, bool keeps, std::ostream &log)
    : session_(session), temporary_(keeps ? nullptr : std::make_unique<TemporaryFolder>())
{
    const std::filesystem::path folder = keeps ? stateFolderOf(session.options().connection) : temporary_->path();
    run::EmbeddedHostOptions options;
    options.adjust = [&session](run::ApplicationParts &parts) { adjust(parts, session); };
    host_ = run::EmbeddedHost::open(configOf(session, folder), options, log);
    put(log);
    checkOpenTickets();
    host_->application->tidyUp(session.config().store);
    delivery_ = host_->application->deliveryOnce(session.file().name);
    delivery_->reconcile();
}

void FileClient::put(std::ostream &log)
try
{
    const ConnectionFile &file = session_.file();
    Object::Ptr body = new Object;
    body->set("plugin", plugin::fullName(file.plugin));
    body->set("configuration", file.configuration);
    body->set("ticketDefaults", file.ticketDefaults);
    body->set("updates", file.updates);
    askFor(*this, apiRequest("PUT", apiPath("/v1/connections/", file.name), body), log);
}
catch (const Refused &refused)
{
    throw Refused{refused.exitCode == exitRefused ? exitConfig : refused.exitCode};
}

void FileClient::refuseIfOpen(const store::StoreReader &reader) const
{
    for (const store::StoredConnection &each : reader.connections())
        for (const ticket::StoredTicket &open : reader.ticketsToReconcile(each.name, 1))
            throw config::ConfigError(
                session_.options().connection +
                ": the name, the plugin or the configuration has changed, but a ticket that was sent before may be "
                "in the PSA and is still to be looked up there. Restore them (secrets may change), then run " +
                showCommand(open.reference) + " until it is found or not.");
}

/// Open tickets were sent to the connection that the file described then. They must not be looked up in another PSA,
/// nor be forgotten. Secrets may change.
void FileClient::checkOpenTickets()
{
    const std::string place = "connection of the file";
    host_->application->store().write([&](store::StoreWriter &writer) {
        const store::StoredConnection now = writer.connection(session_.file().name).value();
        const std::string identity = now.name + '\n' + plugin::pluginIdOf(now.plugin) + '\n' + now.configurationJson;
        const auto before = writer.value(place);
        if (before == identity)
            return;
        if (before)
            refuseIfOpen(writer);
        writer.putValue(place, identity);
    });
}

http::ApiResponse FileClient::ask(http::ApiRequest request)
{
    request.caller.name = "uid " + std::to_string(getuid());
    request.caller.isAdmin = true;
    const http::Router &router = host_->application->router();
    const bool submits =
        request.method == "POST" && request.path == "/v1/tickets" && request.queryValue("dryRun") != "true";
    if (!submits)
        return router.handle(std::move(request));
    request.headers.erase("prefer"); // it is sent below, on this thread
    http::ApiResponse response = router.handle(std::move(request));
    if (response.status / 100 != 2)
        return response;
    sendNow();
    for (const auto &[name, value] : response.headers)
        if (name == "Location")
            if (http::ApiResponse settled = router.handle(apiRequest("GET", value)); settled.status == 200)
                response.body = std::move(settled.body);
    return response;
}

/// The result of a ticket is known only once it has been stored.
void FileClient::sendNow()
try
{
    delivery_->send();
}
catch (const store::StoreError &error)
{
    throw http::HostUnreachable(true, std::string("The result could not be stored: ") + error.what() + '.');
}

std::string FileClient::showCommand(const std::string &reference) const
{
    return "psa-host ticket show --connection '" + session_.options().connection + "' --reference " + reference;
}

std::string FileClient::showCommand(const Object &ticket) const
{
    return showCommand(ticket.getValue<std::string>("reference"));
}

connection::Connection &FileClient::connection() const
{
    return *host_->application->connections().get(session_.file().name)->connection;
}

} // namespace psa::cli
