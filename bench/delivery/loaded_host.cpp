#include "bench/delivery/loaded_host.h"
#include "host/service/ticket_actions.h"

#include "host/http/local_client.h"
#include "host/json/json_text.h"
#include "host/secrets/crypto.h"
#include "host/service/reference.h"
#include "tests/support/faulty_responders.h"

#include <algorithm>
#include <stdexcept>

namespace psa::bench {
namespace {

constexpr const char *psaName = "psa.example.com";

test::TlsServerOptions serverOptions(test::TestPki &pki)
{
    test::TlsServerOptions options;
    options.certificate = pki.leaf({psaName});
    return options;
}

/// A ticket request of 668 bytes.
std::string ticketRequest(const std::string &connection)
{
    return R"({"connection":")" + connection + R"(","title":"Disk full on SRV-01","description":")" +
           std::string(600 - connection.size(), 'd') + R"("})";
}

} // namespace

config::HostConfig hostConfig(const std::filesystem::path &folder, const std::filesystem::path &caFile,
                              std::uint16_t port)
{
    config::HostConfig config;
    config.pluginFiles = {RELAY_PLUGIN};
    config.loader.trustedPaths = {"/"};
    config.egress.caFile = caFile;
    config.egress.connectTo[std::string(psaName) + ":443"] = Poco::Net::SocketAddress("127.0.0.1", port);
    config.store.folder = folder / "state";
    return config;
}

void queueTickets(store::Store &store, const std::string &connection, int count)
{
    constexpr int together = 5000;
    const clock::SystemClock clock;
    for (int done = 0; done < count; done += together)
        store.write([&](store::StoreWriter &writer) {
            for (int i = 0; i < std::min(together, count - done); ++i)
            {
                ticket::NewTicket ticket;
                ticket.connection = connection;
                ticket.reference = service::makeReference(clock.wallNow());
                ticket.key = ticket.reference;
                ticket.requestJson = ticketRequest(connection);
                ticket.ticketJson = R"({"version":1,"title":"Disk full on SRV-01","fields":{}})";
                service::insertTicket(writer, ticket);
            }
        });
}

LoadedHost::LoadedHost(const std::filesystem::path &folder)
    : folder_(folder),
      psa_(serverOptions(pki_), [this, created = test::respond::status(201, "4711"), found = test::respond::ok("")](
                                    const test::ReceivedRequest &request, test::Connection &connection) {
          if (request.method != "POST")
              return found(request, connection);
          {
              const std::lock_guard lock(mutex_);
              arrivals_.emplace(request.body, Steady::now());
          }
          changed_.notify_all();
          created(request, connection);
      })
{
    config::HostConfig config = hostConfig(folder, pki_.caFile(), psa_.port());
    // A connection that fails or crashes is tried again at once: the worst for the others.
    config.delivery.policy.firstProbe = std::chrono::milliseconds(1);
    config.delivery.policy.retryBase = std::chrono::milliseconds(1);
    config.delivery.policy.retryCap = std::chrono::milliseconds(1);
    host_ = run::EmbeddedHost::open(config, {.delivers = true, .serves = true}, log_);
}

void LoadedHost::connect(const std::string &name, const std::string &report)
{
    connection::ConnectionInput input;
    input.plugin = "com.example.relay";
    input.configuration = json::parseObject(R"({"report":")" + report + R"("})");
    host_->application->connections().add(name, input, "bench");
}

std::uint64_t LoadedHost::crashes() const
{
    std::uint64_t all = 0;
    for (const store::ConnectionCounts &each :
         host_->application->store().read([](const store::StoreReader &reader) { return reader.counts(); }))
        all += each.in(ticket::TicketState::retryAt) + 2 * each.in(ticket::TicketState::needsReview);
    return all;
}

std::string LoadedHost::submit(const std::string &connection) const
{
    const http::ApiResponse answer = http::askLocal(folder_ / "state/psa-host.sock",
                                                    {"POST", "/v1/tickets", {}, {}, ticketRequest(connection), {}, {}});
    if (answer.status != 202)
        throw std::runtime_error("the ticket was not accepted: " + answer.body);
    return json::parseObject(answer.body)->getValue<std::string>("reference");
}

void LoadedHost::queue(const std::string &connection, int count)
{
    queueTickets(host_->application->store(), connection, count);
}

Steady::time_point LoadedHost::arrival(const std::string &reference)
{
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(60), [&] { return arrivals_.contains(reference); }))
        throw std::runtime_error("a ticket did not arrive within a minute: " + log_.str());
    return arrivals_.at(reference);
}

std::size_t LoadedHost::arrived()
{
    const std::lock_guard lock(mutex_);
    return arrivals_.size();
}

} // namespace psa::bench
