#pragma once

#include "host/http/message.h"
#include "host/os/file_descriptor.h"
#include "sandbox/common/human.h"
#include "tests/support/test_folder.h"

#include <Poco/JSON/Object.h>

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace psa::sandbox {
class Simulator;
}

namespace psa::test::chaos {

/// A PSA with its plugin, as a chaos test uses it.
struct Psa
{
    std::string plugin;                               ///< Id.
    std::string pluginFile;                           ///< The built library.
    std::vector<std::string> hosts;                   ///< The host names that are redirected to the simulator.
    std::map<std::string, std::string> configuration; ///< Including secrets.
    std::vector<std::string> secrets;                 ///< The secret fields.
    std::string ticket;                               ///< A ticket request without title and connection.
    std::string create;                               ///< Creating a ticket, as members of the match of a fault.
    std::string createPattern;                        ///< The same in the format of Simulator::requests().
    std::string readPattern;                          ///< Likewise, for reading a ticket.
    std::string note;                                 ///< Writing a note, as members of the match of a fault.
    std::string change;                               ///< Likewise, for changing a ticket.
    std::vector<std::string> statuses;                ///< Of tickets that are not closed.
    std::string resolved;                             ///< The status of resolved tickets.
    double resolveRequests = 0;                       ///< Maximum for resolving a ticket with a note if untouched.
    bool rateLimits = true;                           ///< Its plugin respects the PSA's wait.
    std::shared_ptr<sandbox::Simulator> simulator;
    std::function<std::map<std::string, std::size_t>()> truth;         ///< Number of tickets with each reference.
    std::function<std::vector<sandbox::NoteTruth>()> notes;            ///< Of all tickets, oldest first.
    std::function<std::map<std::string, std::string>()> statusById;    ///< Of all tickets, by their id in the PSA.
    std::function<std::vector<sandbox::ChangeTruth>()> changes;        ///< Of all tickets, oldest first.
    std::function<std::vector<std::string>()> issuedSecrets = nullptr; ///< Such as tokens.
    /// Maximum for a ticket if the PSA gets only nine of ten creates: each is looked for during the quiet period.
    double lostRequests = 1.7;

    std::string statusOf(const std::string &psaId) const;
    /// A ticket request.
    std::string ticketRequest(const std::string &title, const std::string &connection) const;
};

Psa autotask();
Psa connectwise();
Psa halopsa();
std::vector<Psa> everyPsa();
/// The name of a connection: "acme", "acme1" ...
std::string connectionOf(std::size_t number);
/// Autotask with a plugin that ends its process, or never returns, where the title of a ticket says so: see
/// tests/faults/troubled.
Psa troubled();

/// A psa-host that is killed and restarted, with one store and one simulator.
class World
{
public:
    /// With a `database`, a URI, its store is there, and other hosts may share it: the first of them `connects` "acme" to the
    /// PSA.
    explicit World(Psa psa, const std::string &database = "", bool connects = true)
        : World(std::vector<Psa>{std::move(psa)}, database, connects)
    {
    }
    /// With plugins of several PSAs; "acme" is of the first.
    World(std::vector<Psa> psas, const std::string &database, bool connects);
    /// Kills it.
    ~World();
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    /// Starts it, and waits until it responds; with a `point`, it kills itself there. True once it responds; false if
    /// it ended before.
    bool begin(const std::string &point = "", int number = 0);
    /// The program of a host with shortened waits; chaos-host of this tree unless set.
    void useProgram(const std::string &file) { program_ = file; }
    /// Starts it without waiting.
    void launch(const std::string &point = "", int number = 0);
    /// It responds, and its store is open.
    bool responds() const;
    /// It runs no more.
    bool hasEnded();
    void kill();
    /// Stops it as an operator does.
    void end();
    /// Waits until it has ended on its own, at most this many milliseconds; then kills it.
    void awaitEnd(int ms);

    pid_t process() const { return pid_; }
    /// The processes of its plugins.
    std::vector<pid_t> plugins() const;

    /// Throws HostUnreachable.
    http::ApiResponse ask(const http::ApiRequest &request) const;
    http::ApiResponse ask(const std::string &method, const std::string &path, const std::string &body = "") const
    {
        return ask({method, path, {}, {}, body, {}, {}});
    }
    /// Number of tickets, notes and changes in states that make progress on their own, and of deliveries that are to be read.
    std::size_t moving() const;
    /// Waits until nothing makes progress on its own. False if nothing is finished within `patience`.
    bool awaitIdle(std::chrono::milliseconds patience) const;
    /// A ticket request with `number` in its title.
    std::string ticketRequest(int number) const { return ticketRequest("Alert " + std::to_string(number)); }
    std::string ticketRequest(const std::string &title, const std::string &connection = "acme") const
    {
        return psa().ticketRequest(title, connection);
    }
    /// Adds a connection with this plugin, to its PSA or else the first one.
    void connect(const std::string &connection, const std::string &plugin) const;
    /// Adds the source "prod" and, for each PSA, a rule that makes tickets of all its problems whose title begins with
    /// the name of the plugin; the only PSA has all. Returns the token of the source.
    std::string addSource() const;
    /// Every ticket in the store.
    std::vector<Poco::JSON::Object::Ptr> tickets() const;

    /// Where a secret of the connection, or one that the PSA issued, occurs in a file or in output of the host, in plain text, in base64 or
    /// URL-encoded; "" = nowhere.
    std::string leak() const;

    /// What it has logged since the first start.
    std::string logged() const;

    const Psa &psa() const { return psas_.front(); }
    const std::vector<Psa> &psas() const { return psas_; }
    const TestFolder &folder() const { return folder_; }

private:
    void write(const std::string &name, const std::string &text) const;
    void writeConfiguration(const std::string &database) const;

    const std::vector<Psa> psas_;
    TestFolder folder_;
    std::string program_;
    pid_t pid_ = 0;
};

/// A host for each PSA, all of them running, so that their waits overlap.
using Worlds = std::vector<std::unique_ptr<World>>;
Worlds everyWorld();

/// Submits one ticket; returns its id.
std::int64_t submit(const World &world, const std::string &title, const std::string &connection = "acme");
Poco::JSON::Object::Ptr ticketOf(const World &world, std::int64_t id);
Poco::JSON::Object::Ptr documentOf(const http::ApiResponse &answer);
/// Checks that each ticket is done and in the PSA once, and that the PSA has nothing else twice.
void checkAllThereOnce(const World &world);

/// Sees the end of a process that need not be a child of ours.
class ProcessEnd
{
public:
    explicit ProcessEnd(pid_t process);

    /// Waits for it. False after 20 seconds.
    bool await() const;

private:
    os::FileDescriptor process_;
};

/// Those of all plugins of the host.
std::vector<ProcessEnd> endsOfPlugins(const World &world);

} // namespace psa::test::chaos
