#pragma once

#include "host/connection/connection.h"
#include "host/connection/prepared_connection.h"
#include "host/json/json_values.h"
#include "host/plugin/build_choice.h"
#include "host/secrets/crypto.h"
#include "host/secrets/key_ring.h"
#include "host/store/store.h"

#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::connection {

struct PreparedConnection;

/// There is no connection with this name.
class UnknownConnection : public std::runtime_error
{
public:
    explicit UnknownConnection(const std::string &name);
};

/// The connection exists, but currently cannot work. what(): LiveConnection::trouble.
class ConnectionBroken : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// All connections of the host, stored and active. Thread-safe; changes are serialized.
class Connections
{
public:
    using Live = std::shared_ptr<const LiveConnection>;

    struct Parts
    {
        store::Store &store;
        const ConnectionRuntime &runtime;
        const secrets::KeyRing *keys; ///< nullptr = none given: secrets can be neither stored nor used.
        secrets::RandomSource random;
        std::function<plugin::BuildChoice(const std::string &name)>
            choose; ///< Returns the build that a plugin name refers to.
        plugin::PluginLog log;
        /// Called when a connection starts to work, or works again after a change.
        std::function<void(const Live &)> ready;
        std::function<void(const std::string &name)> gone;
    };

    explicit Connections(Parts parts) : parts_(std::move(parts)) {}

    /// Activates the stored connections; one that cannot work is still listed, with its trouble. Throws StoreError.
    void load();

    /// Follows what another host has changed in the store: activates connections that are new or were changed, and stops
    /// removed ones. Throws StoreError.
    void follow();

    /// nullptr = there is none.
    Live find(const std::string &name) const;
    /// Throws UnknownConnection.
    Live get(const std::string &name) const;
    /// By name.
    std::vector<Live> all() const;

    /// What change(), or add() if there is none with this name, would change: paths such as "/configuration/siteUrl", with
    /// the values before and after, but for secrets without them. Throws like these; changes nothing.
    std::vector<json::JsonDifference> differences(const std::string &name, const ConnectionInput &input) const;

    // `who`: for the audit log. These throw ConnectionRefused, UnknownConnection, SealError and StoreError; then
    // nothing was changed.
    Live add(const std::string &name, const ConnectionInput &input, const std::string &who);
    Live change(const std::string &name, const ConnectionInput &input, const std::string &who);
    void remove(const std::string &name, const std::string &who);
    /// Seals the data key of every connection under the active master key; returns how many were under another key. May
    /// be interrupted anywhere and called again.
    std::size_t rotateKeys(const std::string &who);

    /// The result of a plugin reload for one connection.
    struct Swapped
    {
        std::string connection;
        std::string from;    ///< The build before; "" = it had none.
        std::string to;      ///< The build from now on; "" = it keeps the previous one.
        std::string trouble; ///< Why it keeps it, and what to do; "" = it switched.
    };
    /// Switches each connection to the build that its plugin's name now refers to. If that build cannot be loaded, rejects the
    /// configuration or fails to configure, the connection keeps its build. Calls in progress finish on the build that they
    /// started with. Returns the connections that switched and those that should have. `who`: for the audit log.
    std::vector<Swapped> followPlugins(const std::string &who);

    struct Tested
    {
        plugin::CallOutcome outcome;
        std::shared_ptr<const plugin::LoadedPlugin> plugin; ///< nullptr = no ready build.
    };
    /// Tests a stored connection, even with rejected credentials; success ends any pause.
    Tested test(const std::string &name, const CallOptions &options, const std::string &who);
    /// Tests the values entered for a new connection, or changes to a stored one, without storing them. The PSA's
    /// verdict on the credentials also applies to the stored connection if they are the same.
    Tested testUnsaved(const std::string &name, const ConnectionInput &input, const CallOptions &options,
                       const std::string &who);

private:
    PreparedConnection prepare(const std::string &name, const Live &before, const ConnectionInput &input) const;
    Live activate(const store::StoredConnection &stored) const;
    std::optional<Swapped> followPlugin(const Live &live, const std::string &who);
    void put(const Live &live);
    void drop(const std::string &name);
    bool rewrap(const Live &live, const std::string &who);
    std::string testJsonOf(const PreparedConnection &next) const;
    void noteTest(const std::string &name, const plugin::CallOutcome &outcome, bool saved, const std::string &who);
    void keepTest(Login &login, const plugin::CallOutcome &outcome);

    Parts parts_;
    std::mutex changing_;      ///< Held during a whole change.
    mutable std::mutex mutex_; ///< Guards what follows.
    std::map<std::string, Live> live_;
};

/// Removes a connection from the store. Its ended tickets, notes and changes that are open are not looked up any more.
/// Throws StoreError: notAllowed while it has unfinished ones, notFound.
void removeConnection(store::StoreWriter &writer, const std::string &name);

} // namespace psa::connection
