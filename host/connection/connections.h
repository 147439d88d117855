#pragma once

#include "host/connection/connection_input.h"
#include "host/connection/live_connection.h"
#include "host/plugin/build_choice.h"
#include "host/secrets/key_ring.h"
#include "host/secrets/random_source.h"
#include "host/store/store.h"

#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::connection {

struct PreparedConnection;

/// There is no connection of that name.
class UnknownConnection : public std::runtime_error
{
public:
    explicit UnknownConnection(const std::string &name);
};

/// There is such a connection, and it cannot work now. what(): LiveConnection::trouble.
class ConnectionBroken : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// All connections of the host: what is stored, and what works of it. From any thread; changes come one after the
/// other.
class Connections
{
public:
    using Live = std::shared_ptr<const LiveConnection>;

    struct Parts
    {
        store::Store &store;
        const ConnectionRuntime &runtime;
        const secrets::KeyRing *keys; ///< nullptr = none was given: secrets can be neither stored nor used.
        secrets::RandomSource random;
        std::function<plugin::BuildChoice(const std::string &name)>
            choose; ///< The build that the name of a plugin means.
        plugin::PluginLog log;
        std::function<void(const Live &)> ready; ///< A connection works from now on, or works anew.
        std::function<void(const std::string &name)> gone;
    };

    explicit Connections(Parts parts) : parts_(std::move(parts)) {}

    /// Activates the stored connections; one that cannot work is still listed, with its trouble. Throws StoreError.
    void load();

    /// nullptr = there is none.
    Live find(const std::string &name) const;
    /// Throws UnknownConnection.
    Live get(const std::string &name) const;
    /// By name.
    std::vector<Live> all() const;

    // `who`: for the audit. These throw ConnectionRefused, UnknownConnection, SealError and StoreError; then all is as
    // it was.
    Live add(const std::string &name, const ConnectionInput &input, const std::string &who);
    Live change(const std::string &name, const ConnectionInput &input, const std::string &who);
    void remove(const std::string &name, const std::string &who);
    /// Seals the data key of every connection under the active master key; how many were under another. May stop
    /// anywhere and be called again.
    std::size_t rotateKeys(const std::string &who);

    struct Tested
    {
        plugin::CallOutcome outcome;
        std::shared_ptr<const plugin::LoadedPlugin> plugin; ///< nullptr = there is none that is ready.
    };
    /// Tests a stored connection, also with credentials that were refused; success ends whatever paused it.
    Tested test(const std::string &name, const CallOptions &options, const std::string &who);
    /// The same with what is filled in, for a new connection or on top of the stored one; stores nothing. What the PSA
    /// says of the credentials holds for the stored one too if they are the same.
    Tested testUnsaved(const std::string &name, const ConnectionInput &input, const CallOptions &options,
                       const std::string &who);

private:
    PreparedConnection prepare(const std::string &name, const Live &before, const ConnectionInput &input) const;
    Live activate(const store::StoredConnection &stored) const;
    void put(const Live &live);
    bool rewrap(const Live &live, const std::string &who);
    std::string testJsonOf(const PreparedConnection &next) const;
    void noteTest(const std::string &name, const plugin::CallOutcome &outcome, bool saved, const std::string &who);
    void keepTest(Login &login, const plugin::CallOutcome &outcome);

    Parts parts_;
    std::mutex changing_;      ///< Held through a whole change.
    mutable std::mutex mutex_; ///< Guards what follows.
    std::map<std::string, Live> live_;
};

/// Takes a connection out of the store. What is dead and open is not looked for any more. Throws StoreError: notAllowed while
/// it has tickets that have not ended, notFound.
void removeConnection(store::StoreWriter &writer, const std::string &name);

} // namespace psa::connection
