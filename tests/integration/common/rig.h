#pragma once

#include "host/connection/connection.h"
#include "sandbox/common/simulator.h"
#include "tests/integration/common/outcomes.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace psa::test {

/// The plugin in `file` as the real loader gives it; loaded once for the process.
std::shared_ptr<const plugin::LoadedPlugin> loadedPlugin(const std::string &file);

using Values = std::map<std::string, std::string>;

/// What a connection to a simulator is made of.
struct RigParts
{
    std::string pluginFile;
    std::vector<std::string> hosts;   ///< The names that lead to the simulator, such as "webservices5.autotask.net".
    Values configuration;             ///< An empty value leaves the field blank.
    std::vector<std::string> secrets; ///< What must not be told to anybody.
};

/// A connection of the host to a simulator, with every part real: the built plugin, the loader, HTTPS. It keeps all that
/// the host tells anybody, and at its end checks that no secret is among it. The day is always 2026-11-24, 15:30 UTC.
class Rig
{
public:
    Rig(std::shared_ptr<sandbox::Simulator> simulator, RigParts parts);
    virtual ~Rig();
    Rig(const Rig &) = delete;
    Rig &operator=(const Rig &) = delete;

    sandbox::Simulator &simulator() const { return *simulator_; }
    /// From now on nobody listens.
    void endSimulator() { simulator_.reset(); }
    connection::Connection &connection() { return *connection_; }
    const plugin::LoadedPlugin &plugin() const { return connection_->plugin(); }
    const Values &configuration() const { return parts_.configuration; }
    const connection::ConnectionRuntime &runtime() const { return runtime_; }
    /// Another connection to the same simulator; with `transport`, in place of the network.
    std::unique_ptr<connection::Connection> connect(const connection::TransportMaker &makeTransport = nullptr);

    /// The verbs; test() as an operator's. From any thread.
    plugin::CallOutcome test(connection::CallOptions options = {});
    plugin::CallOutcome create(const std::string &reference, const std::string &ticket,
                               connection::CallOptions options = {});
    plugin::CallOutcome find(const std::string &reference, connection::CallOptions options = {});
    plugin::CallOutcome list(const plugin::ChoicesQuery &query);
    plugin::CallOutcome read(const std::string &id);

    /// Every request of `method` whose path fits the regular expression `route` meets `fault`, such as
    /// {"kind": "hang"}, or `count` of them.
    void faultAt(const std::string &method, const std::string &route, const std::string &fault, int count = 0);

    const std::vector<std::string> &secrets() const { return parts_.secrets; }
    std::vector<std::string> log() const;
    std::vector<net::Exchange> exchanges() const;

private:
    connection::CallOptions watched(connection::CallOptions options);
    plugin::CallOutcome kept(plugin::CallOutcome outcome);

    std::shared_ptr<sandbox::Simulator> simulator_;
    const RigParts parts_;
    connection::ConnectionRuntime runtime_;
    mutable std::mutex mutex_; ///< Of what is kept.
    std::vector<std::string> log_;
    std::vector<net::Exchange> exchanges_;
    std::vector<std::string> told_; ///< All texts that left the host.
    std::unique_ptr<connection::Connection> connection_;
};

} // namespace psa::test
