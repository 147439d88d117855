#pragma once

#include "host/connection/connection.h"
#include "sandbox/common/simulator.h"
#include "tests/integration/common/outcomes.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace psa::test {

/// The plugin in `file` as loaded by the real loader; loaded once per process.
std::shared_ptr<const plugin::LoadedPlugin> loadedPlugin(const std::string &file);

using Values = std::map<std::string, std::string>;

/// The parts of a connection to a simulator.
struct RigParts
{
    std::string pluginFile;
    /// The names that are redirected to the simulator, such as "webservices5.autotask.net".
    std::vector<std::string> hosts;
    Values configuration;             ///< An empty value leaves the field blank; "true" and "false" are Booleans.
    std::vector<std::string> secrets; ///< What must not be disclosed.
    /// What the simulator has issued and must not be disclosed either.
    std::function<std::vector<std::string>()> issuedSecrets = nullptr;
};

/// A connection of the host to a simulator; every part is real: the built plugin, the loader, HTTPS. It records
/// everything that leaves the host, and its end checks that no secret is in it. The time is always 2026-11-24, 15:30
/// UTC.
class Rig
{
public:
    Rig(std::shared_ptr<sandbox::Simulator> simulator, RigParts parts);
    virtual ~Rig();
    Rig(const Rig &) = delete;
    Rig &operator=(const Rig &) = delete;

    sandbox::Simulator &simulator() const { return *simulator_; }
    /// From now on nothing listens.
    void endSimulator();
    connection::Connection &connection() { return *connection_; }
    const plugin::LoadedPlugin &plugin() const { return connection_->plugin(); }
    const Values &configuration() const { return parts_.configuration; }
    const connection::ConnectionRuntime &runtime() const { return runtime_; }
    /// Another connection to the same simulator; with `transport` instead of the network.
    std::unique_ptr<connection::Connection> connect(const connection::TransportMaker &makeTransport = nullptr);

    /// The verbs; test() as an operator's. From any thread.
    plugin::CallOutcome test(connection::CallOptions options = {});
    plugin::CallOutcome create(const std::string &reference, const std::string &ticket,
                               connection::CallOptions options = {});
    plugin::CallOutcome find(const std::string &reference, connection::CallOptions options = {});
    plugin::CallOutcome list(const plugin::ChoicesQuery &query);
    plugin::CallOutcome read(const std::string &id);
    plugin::CallOutcome addNote(const std::string &ticketId, const std::string &reference, const std::string &note,
                                connection::CallOptions options = {});
    plugin::CallOutcome findNote(const std::string &ticketId, const std::string &reference);
    plugin::CallOutcome change(const std::string &ticketId, const std::string &change,
                               connection::CallOptions options = {});
    plugin::CallOutcome activity(const std::string &ticketId, const std::string &watermark = {});
    plugin::CallOutcome removeNote(const std::string &ticketId, const std::string &noteId);

    /// Every request with these members of a fault's match, or the next `count` of them, gets `fault`, such as {"kind":
    /// "hang"}.
    void faultMatching(const std::string &match, const std::string &fault, int count = 0);
    /// Every request of `method` whose path matches the regular expression `route`, or the next `count` of them, gets
    /// `fault`.
    void faultAt(const std::string &method, const std::string &route, const std::string &fault, int count = 0);

    /// With those issued until now.
    std::vector<std::string> secrets() const;
    std::vector<std::string> log() const;
    std::vector<net::Exchange> exchanges() const;

private:
    connection::CallOptions watched(connection::CallOptions options);
    plugin::CallOutcome kept(plugin::CallOutcome outcome);

    std::shared_ptr<sandbox::Simulator> simulator_;
    const RigParts parts_;
    connection::ConnectionRuntime runtime_;
    mutable std::mutex mutex_; ///< Guards the records.
    std::vector<std::string> log_;
    std::vector<net::Exchange> exchanges_;
    std::vector<std::string> knownSecrets_; ///< secrets() of a simulator that has ended.
    std::vector<std::string> told_;         ///< All texts that left the host.
    std::unique_ptr<connection::Connection> connection_;
};

} // namespace psa::test
