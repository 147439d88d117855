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
std::shared_ptr<const host::LoadedPlugin> loadedPlugin(const std::string &file);

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
    host::Connection &connection() { return *connection_; }
    const host::LoadedPlugin &plugin() const { return connection_->plugin(); }
    const Values &configuration() const { return parts_.configuration; }
    const host::ConnectionRuntime &runtime() const { return runtime_; }
    /// Another connection to the same simulator; with `transport`, in place of the network.
    std::unique_ptr<host::Connection> connect(const host::TransportMaker &makeTransport = nullptr);

    /// The verbs; test() as an operator's. From any thread.
    host::CallOutcome test(host::CallOptions options = {});
    host::CallOutcome create(const std::string &reference, const std::string &ticket, host::CallOptions options = {});
    host::CallOutcome find(const std::string &reference, host::CallOptions options = {});
    host::CallOutcome list(const host::ChoicesQuery &query);
    host::CallOutcome read(const std::string &id);

    /// Every request of `method` whose path fits the regular expression `route` meets `fault`, such as
    /// {"kind": "hang"}, or `count` of them.
    void faultAt(const std::string &method, const std::string &route, const std::string &fault, int count = 0);

    const std::vector<std::string> &secrets() const { return parts_.secrets; }
    std::vector<std::string> log() const;
    std::vector<host::Exchange> exchanges() const;

private:
    host::CallOptions watched(host::CallOptions options);
    host::CallOutcome kept(host::CallOutcome outcome);

    std::shared_ptr<sandbox::Simulator> simulator_;
    const RigParts parts_;
    host::ConnectionRuntime runtime_;
    mutable std::mutex mutex_; ///< Of what is kept.
    std::vector<std::string> log_;
    std::vector<host::Exchange> exchanges_;
    std::vector<std::string> told_; ///< All texts that left the host.
    std::unique_ptr<host::Connection> connection_;
};

} // namespace psa::test
